import Ingest
import ParcelStore
import SFTP
import SSH

/// What the poller writes down for `colisd status`, which is another process.
enum PollNotes {
  static let lastPoll = "poll.last"
  static let lastSuccess = PollNote.lastSuccess
  static let nextPoll = "poll.next"
  /// Why the last look at the drop failed, where that lay at the server or the way to it.
  static let error = "poll.error"
  /// Why the last poll failed, where that lay with us: a full disk, for example.
  static let ownError = "poll.store-error"
  static let isReachable = "source.reachable"
  static let host = "source.host"

  /// - Parameter at: seconds since 1970.
  static func write(
    to store: any EventStore, at: Int64, error: (any Error)?, next: Int64?, host: String
  ) async throws(StoreError) {
    var notes: [String: String?] = [
      lastPoll: String(at), nextPoll: next.map { String($0) }, Self.host: host,
    ]
    switch error {
    case nil:
      notes.merge([lastSuccess: String(at), Self.error: nil, ownError: nil, isReachable: "yes"]) {
        $1
      }
    case let error? where error is SSHError || error is SFTPError:
      notes.merge([Self.error: "\(error)", ownError: nil, isReachable: "no"]) { $1 }
    case let error?:
      // It says nothing of the server: what was known of that stays.
      notes[ownError] = "\(error)"
    }
    try await store.setNotes(notes)
  }
}
