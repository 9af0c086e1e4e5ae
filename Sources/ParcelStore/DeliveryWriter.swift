import Carrier

/// Writes about the endpoints of webhooks.
///
/// Who delivers for an endpoint takes its next epoch, and each save names it. Whoever took over since, or a command that
/// changed something, has taken a later one: then nothing of the save is written. So of two who take themselves for the
/// one who delivers only the later can say what was delivered, and the other one begins again with what is stored.
///
/// On PostgreSQL none of it waits for a commit of this process.
public protocol DeliveryWriter: Sendable {
  /// Begins to deliver for an endpoint.
  /// - Parameters:
  ///   - seq: behind which entry one begins that the store does not know yet; nil, or where there is no such entry so
  ///     far: behind the last one that there is.
  ///   - now: seconds since 1970.
  /// - Returns: what is stored, with the epoch of the caller.
  func takeEndpoint(
    _ name: String, after seq: Int64?, at now: Int64
  ) async throws(StoreError) -> EndpointRecord

  /// Saves what was delivered. The answer's text is left out where the recipient's data of the parcel was ever erased:
  /// the receiver may repeat what it was sent before. Made again, as nobody knows whether it was done, it counts
  /// `delivered` and `failures` twice; all else is as if it was made once.
  /// - Returns: false: the epoch is another one, and nothing was written.
  func save(
    _ progress: DeliveryProgress, of endpoint: String, epoch: Int64
  ) async throws(StoreError) -> Bool

  /// Has entries delivered again, also those that were not wanted before, by what is configured now: the endpoint
  /// goes back to this entry, and what is open from there on is open no more. It is asked again at once, as by `resume`,
  /// and counts as having had everything until now.
  /// - Parameters:
  ///   - seq: the first one.
  ///   - now: seconds since 1970.
  /// - Returns: false: the store knows no such endpoint, or it has not got there yet; nothing was changed.
  func replay(
    _ endpoint: String, from seq: Int64, at now: Int64
  ) async throws(StoreError) -> Bool

  /// Has the entries of some numbers up to the position delivered again, those of each number in their order. Those of
  /// them that wait or are parked begin anew, also behind the position; all else behind it comes by itself. All of it is
  /// one change: whoever delivers begins again once.
  /// - Parameters:
  ///   - seqs: of the entries of each number.
  ///   - now: seconds since 1970.
  /// - Returns: how many entries; 0: the store knows no such endpoint, or it has got to none of them; nothing was changed.
  func replay(
    _ endpoint: String, _ seqs: [ParcelNumber: [Int64]], at now: Int64
  ) async throws(StoreError) -> Int

  /// Asks an endpoint again at once that is stopped or does not answer; what waits is tried now, and what is parked
  /// stays.
  /// - Returns: false: the store knows no such endpoint.
  func resume(_ endpoint: String, at now: Int64) async throws(StoreError) -> Bool
}
