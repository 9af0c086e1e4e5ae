import Contract
import GRDB
import TrackingFile

/// Which services' feeds a commit brought rows for.
struct FeedTouches {
  private struct Touch: Hashable {
    var service: ServiceReference
    var account: AccountPair
  }

  private var touches: Set<Touch> = []
  private var last: Touch?

  @inline(__always)
  mutating func note(_ service: ServiceReference, _ account: AccountPair) {
    if let last, last.account == account, last.service == service { return }
    let touch = Touch(service: service, account: account)
    touches.insert(touch)
    last = touch
  }

  func write(_ db: Database, receivedAt: Int64, accounts: [AccountPair: Int64]) throws {
    for touch in touches {
      try db.execute(
        sql: """
          INSERT INTO feed VALUES(?, ?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET last_row_at = excluded.last_row_at
          """,
        arguments: [
          touch.service.contract, touch.service.kind.rawValue, accounts[touch.account],
          receivedAt, receivedAt,
        ])
    }
  }
}
