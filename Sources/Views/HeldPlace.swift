import Carrier
import ParcelStore

/// The last held row that a reader of all accounts' rows has seen: `2.12.345.E1/EM180619`.
public struct HeldPlace: Sendable, Hashable, CustomStringConvertible {
  /// The place of its account pair among those with held rows, for when it has none any more.
  let index: Int
  /// Its account pair: others before it may be released while somebody reads.
  let account: String
  let cursor: HeldCursor

  init(index: Int, account: HeldAccount, cursor: HeldCursor) {
    self.index = index
    self.account = account.name
    self.cursor = cursor
  }

  /// - Returns: nil when the text is no place.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, let index = Int(parts[0]), index >= 0,
      let cursor = HeldCursor("\(parts[1]).\(parts[2])")
    else { return nil }
    self.index = index
    account = String(parts[3])
    self.cursor = cursor
  }

  public var description: String { "\(index).\(cursor).\(account)" }

  /// Where a reader goes on.
  func start(among accounts: [HeldAccount]) -> (index: Int, cursor: HeldCursor) {
    // Of a pair that has no rows any more the next one has taken the place.
    accounts.firstIndex { $0.name == account }.map { ($0, cursor) } ?? (index, HeldCursor())
  }
}

extension HeldAccount {
  fileprivate var name: String { "\(account.account)/\(account.accountID)" }
}
