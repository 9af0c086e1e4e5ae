/// The copy of a file's bytes that the store keeps: what is known of it, without the bytes.
public struct RawCopy: Sendable, Equatable {
  public var file: FileID
  /// When its first bytes were stored: seconds since 1970.
  public var keptAt: Int64
  /// How many bytes it is unpacked.
  public var size: Int64 = 0
  /// How many bytes it takes in the store.
  public var packed: Int64 = 0
  public var pieces = 0
  /// The number under which the store keeps the first piece: it is another one after a redaction.
  package var firstPiece = 0
  /// Of the bytes as they were fetched; nil: the file was not read to its end.
  public var sha256: [UInt8]?
  /// Of the bytes that are left after lines were taken out; nil: none were.
  public var redactedSHA256: [UInt8]?
  /// Seconds since 1970.
  public var redactedAt: Int64?
  /// When it was removed: seconds since 1970. Nil: it is there.
  public var removedAt: Int64?

  package init(file: FileID, keptAt: Int64) {
    self.file = file
    self.keptAt = keptAt
  }

  /// Of the bytes that the store has.
  public var sha256OfBytes: [UInt8]? { redactedSHA256 ?? sha256 }
}
