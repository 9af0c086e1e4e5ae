/// How many copies of files there are, and how much they take in the store.
public struct RawCopyTotal: Sendable, Hashable {
  public var copies: Int
  /// Bytes as they are kept.
  public var packed: Int64

  public init(copies: Int = 0, packed: Int64 = 0) {
    self.copies = copies
    self.packed = packed
  }

  public static func += (left: inout Self, right: Self) {
    left.copies += right.copies
    left.packed += right.packed
  }
}
