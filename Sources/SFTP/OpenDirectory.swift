/// The client's state of a directory that is being listed. Only the client, an actor, uses it, so it is
/// safe although the compiler can't check that.
final class OpenDirectory: @unchecked Sendable {
  var handle: SFTPHandle
  /// Entries that have come and were not handed out yet.
  var run = RemoteListing()
  var inFlightCount = 0
  /// How many READDIRs may be in flight.
  var window: Int
  var entryCount = 0
  var hasHandedOut = false
  var hasEnded = false
  var failure: Failure?
  var waiting: UInt64?

  init(handle: SFTPHandle) {
    self.handle = handle
    window = 2
  }

  /// Begins again with a new handle and one request at a time.
  func restart(_ handle: SFTPHandle) {
    self.handle = handle
    run = RemoteListing()
    window = 1
    entryCount = 0
    hasEnded = false
    failure = nil
  }
}
