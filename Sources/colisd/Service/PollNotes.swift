import Ingest
import ParcelStore
import SFTP
import SSH

/// What the poller writes down for `colisd status`, which is another process.
enum PollNotes {
  static let lastPoll = "poll.last"
  static let lastSuccess = PollNote.lastSuccess
  static let nextPoll = "poll.next"
  static let error = "poll.error"
  static let isReachable = "source.reachable"
  static let host = "source.host"

  /// - Parameter at: seconds since 1970.
  static func write(
    to store: any EventStore, at: Int64, error: (any Error)?, next: Int64?, host: String
  ) async throws(StoreError) {
    let isServersFault = error is SSHError || error is SFTPError
    var notes: [String: String?] = [
      lastPoll: String(at), Self.error: error.map { "\($0)" },
      isReachable: isServersFault ? "no" : "yes", nextPoll: next.map { String($0) },
      Self.host: host,
    ]
    if error == nil { notes[lastSuccess] = String(at) }
    try await store.setNotes(notes)
  }
}
