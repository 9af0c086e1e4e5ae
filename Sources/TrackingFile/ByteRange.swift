/// The place of some bytes in the buffer of a batch.
public struct ByteRange: Hashable, Sendable {
  public var start: UInt32
  public var count: UInt32

  @inlinable
  public init(start: Int, count: Int) {
    self.start = UInt32(start)
    self.count = UInt32(count)
  }

  @inline(__always)
  init(start: UInt32, count: UInt32) {
    self.start = start
    self.count = count
  }

  /// An absent or empty field.
  public static let empty = ByteRange(start: 0, count: 0)

  @inlinable public var isEmpty: Bool { count == 0 }
  @inlinable public var offsets: Range<Int> { Int(start)..<Int(start) + Int(count) }
}
