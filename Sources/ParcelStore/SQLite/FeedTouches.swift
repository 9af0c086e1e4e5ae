import Contract
import GRDB
import TrackingFile

/// Which services' feeds a commit brought rows for.
struct FeedTouches {
  private struct Touch: Hashable {
    var service: ServiceReference
    /// The row of the account pair.
    var account: Int64
  }

  private var touches: Set<Touch> = []

  mutating func note(_ service: ServiceReference, account: Int64) {
    touches.insert(Touch(service: service, account: account))
  }

  func write(_ db: Database, receivedAt: Int64) throws {
    for touch in touches {
      try db.run(
        """
        INSERT INTO feed VALUES(?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET last_row_at = excluded.last_row_at
        """,
        [
          touch.service.contract, touch.service.kind.rawValue, touch.account,
          receivedAt, receivedAt,
        ])
    }
  }
}
