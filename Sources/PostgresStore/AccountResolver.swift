import Carrier
import ParcelStore
import Postgres

/// Finds or makes the numbers of account pairs, all those of a commit together.
enum AccountResolver {
  /// - Parameter pairs: in the order in which they came; new ones are numbered in it.
  static func resolve(
    _ db: PostgresConnection, _ pairs: [AccountPair], _ state: inout WriterState
  ) async throws(PostgresFault) {
    var seen: Set<AccountPair> = []
    let unknown = pairs.filter { state.accounts[$0] == nil && seen.insert($0).inserted }
    guard !unknown.isEmpty else { return }
    for (pair, id) in zip(unknown, try await ids(db, unknown)) {
      state.accounts.append(id, for: pair)
    }
  }

  /// The numbers of pairs, made where they are new.
  static func ids(
    _ db: PostgresConnection, _ pairs: [AccountPair]
  ) async throws(PostgresFault) -> [Int64] {
    let values: [PostgresValue] = [
      .texts(pairs.map(\.account)), .texts(pairs.map(\.accountID)),
    ]
    let answers = try await db.run([
      PostgresStatement(
        """
        INSERT INTO account(account, account_id)
          SELECT u.account, u.account_id
          FROM unnest($1::text[], $2::text[]) WITH ORDINALITY u(account, account_id, ord)
          WHERE NOT EXISTS (SELECT 1 FROM account a WHERE
            (a.account || chr(1) || a.account_id) = u.account || chr(1) || u.account_id)
          ORDER BY u.ord
        ON CONFLICT DO NOTHING
        """, values),
      PostgresStatement(
        """
        SELECT a.id FROM unnest($1::text[], $2::text[]) WITH ORDINALITY u(account, account_id, ord)
        JOIN account a ON (a.account || chr(1) || a.account_id) = u.account || chr(1) || u.account_id
        ORDER BY u.ord
        """, values),
    ])
    let ids = answers[1].map { $0.integer(0) }
    guard ids.count == pairs.count else {
      throw PostgresEventStore.damaged("an account that was just written is not there")
    }
    return ids
  }
}
