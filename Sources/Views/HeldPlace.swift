import ParcelStore

/// The last held row that a reader of all accounts' rows has seen: `2.12.345`.
public struct HeldPlace: Sendable, Hashable, CustomStringConvertible {
  /// The place of its account pair among those with held rows.
  var account: Int
  var cursor: HeldCursor

  init(account: Int, cursor: HeldCursor) {
    self.account = account
    self.cursor = cursor
  }

  /// - Returns: nil when the text is no place.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let account = Int(parts[0]), account >= 0,
      let cursor = HeldCursor(String(parts[1]))
    else { return nil }
    self.init(account: account, cursor: cursor)
  }

  public var description: String { "\(account).\(cursor)" }
}
