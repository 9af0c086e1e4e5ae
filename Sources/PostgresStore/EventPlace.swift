/// Where an event came in: the commit's batch, and the place of its row there. The events of a batch have their `seq`
/// in the order of their places; places of rows that were repeats stay empty.
struct EventPlace: Sendable {
  let rawValue: Int64

  private static let bits: Int64 = 20
  /// More rows than any batch has.
  static let most = 1 << bits

  init(rawValue: Int64) { self.rawValue = rawValue }
  init(batch: Int64, index: Int) { rawValue = batch << Self.bits | Int64(index) }

  var batch: Int64 { rawValue >> Self.bits }
  var index: Int64 { rawValue & (1 << Self.bits - 1) }

  /// The same in SQL.
  static func batch(of column: String) -> String { "(\(column) >> \(bits))" }
  static func index(of column: String) -> String { "(\(column) & \(1 << bits - 1))" }
}
