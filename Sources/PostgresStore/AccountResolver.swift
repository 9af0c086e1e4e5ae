import Carrier
import ParcelStore
import Postgres

/// Finds or makes the numbers of account pairs, all those of a commit together.
enum AccountResolver {
  /// - Parameter pairs: in the order in which they came; new ones are numbered in it.
  /// - Returns: the numbers of all of them: what is kept in memory has room for so many only.
  static func resolve(
    _ db: PostgresConnection, _ pairs: [AccountPair], _ state: inout WriterState
  ) async throws(PostgresFault) -> [AccountPair: Int64] {
    var numbers: [AccountPair: Int64] = [:]
    var unknown: [AccountPair] = []
    for pair in pairs where numbers[pair] == nil {
      numbers[pair] = state.accounts[pair] ?? 0
      if numbers[pair] == 0 { unknown.append(pair) }
    }
    guard !unknown.isEmpty else { return numbers }
    for (pair, id) in zip(unknown, try await ids(db, unknown)) {
      numbers[pair] = id
      state.accounts.append(id, for: pair)
    }
    return numbers
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
