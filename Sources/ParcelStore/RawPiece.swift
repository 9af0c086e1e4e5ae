/// Some bytes of a file as they were fetched, packed.
public struct RawPiece: Sendable, Equatable {
  /// Where it stands among the pieces of its file: 0, 1, 2, …
  public var number: Int
  /// How many bytes it is unpacked.
  public var size: Int
  public var packed: [UInt8]

  public init(number: Int, size: Int, packed: [UInt8]) {
    self.number = number
    self.size = size
    self.packed = packed
  }
}
