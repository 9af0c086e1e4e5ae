import Carrier
import Contract
import ParcelStore
import Postgres

extension FeedTouches {
  /// Two statements, the last ones of a transaction: the rows are everybody's. The first gives how many feeds had
  /// their first row now; the second changes as many rows as days have an earlier first row.
  var statements: [PostgresStatement] {
    let touches = touches.map { (touch: $0.key, times: $0.value) }
    let days = days.map { (day: $0.key, first: $0.value) }
    return [
      PostgresStatement(
        """
        WITH touch AS (
          SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::int8[], $5::int8[])
            u(contract, service, account, first_at, last_at)),
        written AS (
          INSERT INTO feed AS f(contract, service, account, first_row_at, last_row_at)
            SELECT * FROM touch ORDER BY contract, service, account
          ON CONFLICT (contract, service, account) DO UPDATE SET
            first_row_at = least(f.first_row_at, excluded.first_row_at),
            last_row_at = greatest(f.last_row_at, excluded.last_row_at))
        SELECT count(*) FROM touch t WHERE NOT EXISTS (
          SELECT 1 FROM feed f WHERE f.contract = t.contract AND f.service = t.service
            AND f.account = t.account AND f.first_row_at IS NOT NULL)
        """,
        [
          .texts(touches.map(\.touch.service.contract)),
          .texts(touches.map(\.touch.service.kind.rawValue)),
          .integers(touches.map(\.touch.account)), .integers(touches.map(\.times.lowerBound)),
          .integers(touches.map(\.times.upperBound)),
        ]),
      PostgresStatement(
        """
        INSERT INTO feed_day AS d
          SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int8[]) u(contract, service, day, first_at)
          ORDER BY contract, service, day
        ON CONFLICT (contract, service, day) DO UPDATE SET first_at = excluded.first_at
          WHERE excluded.first_at < d.first_at
        """,
        [
          .texts(days.map(\.day.service.contract)), .texts(days.map(\.day.service.kind.rawValue)),
          .texts(days.map(\.day.day.description)), .integers(days.map(\.first)),
        ]),
    ]
  }
}
