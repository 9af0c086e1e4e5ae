/// What a copy is to have once lines were taken out of it.
public struct RedactedSum: Sendable, Equatable {
  /// Of all bytes that are left.
  public var sha256: [UInt8]
  public var pieces: Int
  /// How many bytes they are unpacked.
  public var size: Int64

  public init(sha256: [UInt8], pieces: Int, size: Int64) {
    self.sha256 = sha256
    self.pieces = pieces
    self.size = size
  }
}
