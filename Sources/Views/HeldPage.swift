import Carrier
import Contract
import ParcelStore

/// A page of the list of held rows, account pair by account pair.
public struct HeldPage: Sendable {
  public var rows: [HeldRow] = []
  /// Where the next page begins; nil: there is none.
  public var next: HeldPlace?

  /// How many rows are read at once.
  private static let run = 500

  /// - Parameters:
  ///   - accountID: only of this account ID; nil: of all.
  ///   - place: nil: from the first row on.
  /// - Throws: `NotFound` if no rows of the account ID are held; `StoreError`.
  public static func read(
    _ store: any StoreReader, accountID: String?, after place: HeldPlace?, limit: Int
  ) async throws -> HeldPage {
    let accounts = try await accounts(store, accountID: accountID)
    return try await read(store, of: accounts, after: place, limit: limit)
  }

  /// The account pairs whose rows are listed. A reader of several pages asks once, so that its places stay what they
  /// are while somebody else releases rows.
  /// - Throws: `NotFound` if no rows of the account ID are held; `StoreError`.
  public static func accounts(
    _ store: any StoreReader, accountID: String?
  ) async throws -> [HeldAccount] {
    let accounts = try await store.heldAccounts()
    guard let accountID else { return accounts }
    let named = accounts.filter { $0.account.accountID == accountID }
    if named.isEmpty { throw NotFound(heldRowsOf: accountID) }
    return named
  }

  /// - Parameters:
  ///   - accounts: as `accounts(_:accountID:)` gave them.
  ///   - place: nil: from the first row on.
  public static func read(
    _ store: any StoreReader, of accounts: [HeldAccount], after place: HeldPlace?, limit: Int
  ) async throws -> HeldPage {
    var page = HeldPage()
    let start = place?.start(among: accounts) ?? (index: 0, cursor: HeldCursor())
    for (index, account) in accounts.enumerated() where index >= start.index {
      var cursor = index == start.index ? start.cursor : HeldCursor()
      while true {
        let left = limit - page.rows.count
        let run = try await store.heldRun(
          of: account.account, after: cursor, limit: max(1, min(left, Self.run)))
        guard let run else { break }
        guard left > 0 else {
          page.next = HeldPlace(index: index, account: account, cursor: cursor)
          return page
        }
        page.rows += run.rows(of: account)
        cursor = run.last
      }
    }
    return page
  }
}
