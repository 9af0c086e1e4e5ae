import Carrier
import Contract
import GRDB
import ParcelStore

extension FeedTouches {
  /// - Returns: whether something came that decides about rows or about a feed's rhythm: a feed's
  ///   first row, or the first one of a day. Further rows decide nothing.
  func write(_ db: Database) throws -> Bool {
    var isNews = false
    for (touch, times) in touches {
      let key: StatementArguments = [
        touch.service.contract, touch.service.kind.rawValue, touch.account, times.lowerBound,
        times.upperBound,
      ]
      try db.run(
        """
        UPDATE feed SET first_row_at = min(first_row_at, ?4), last_row_at = max(last_row_at, ?5)
        WHERE contract = ?1 AND service = ?2 AND account = ?3 AND first_row_at IS NOT NULL
        """, key)
      guard db.changesCount == 0 else { continue }
      isNews = true
      try db.run(
        """
        INSERT INTO feed(contract, service, account, first_row_at, last_row_at)
        VALUES(?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
          first_row_at = excluded.first_row_at, last_row_at = excluded.last_row_at
        """, key)
    }
    for (day, first) in days {
      try db.run(
        """
        INSERT INTO feed_day VALUES(?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET first_at = excluded.first_at WHERE excluded.first_at < first_at
        """,
        [day.service.contract, day.service.kind.rawValue, day.day.description, first])
      if db.changesCount > 0 { isNews = true }
    }
    return isNews
  }
}
