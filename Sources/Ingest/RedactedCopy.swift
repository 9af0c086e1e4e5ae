import Crypto
import ParcelStore
import TrackingFile

/// The bytes of a copy without some of its lines, packed as the copy was: plain text, or gzip.
struct RedactedCopy {
  /// Lines can't be told apart in it.
  struct Impossible: Error {}

  private var cut: LineCut
  private var gzip: GzipText?
  private var isBegun = false
  /// Text that waits to be packed as a gzip member.
  private var text: [UInt8] = []
  private var pieces = RawPieces()
  /// Of what came, to be compared with the copy's own.
  private var before = SHA256()
  /// Of what is left; only after `finish`.
  private(set) var sha256: [UInt8] = []

  init(_ lines: Set<Int>) { cut = LineCut(lines) }

  var linesCut: Int { cut.count }
  var isFull: Bool { pieces.memory >= 1 << 20 }

  /// Whether what came are the bytes of a copy.
  func isWhole(_ copy: RawCopy) -> Bool { Array(before.finalize()) == copy.sha256OfBytes }

  mutating func add(_ bytes: [UInt8]) throws {
    bytes.withUnsafeBytes { before.update(bufferPointer: $0) }
    if !isBegun {
      isBegun = true
      if TrackingFileReader.isPacked(bytes) { gzip = GzipText() }
      if bytes.starts(with: [0x50, 0x4b]) { throw Impossible() }
    }
    guard let gzip else { return try addText(bytes) }
    try gzip.unpack(bytes) { try addText($0) }
  }

  mutating func finish() throws {
    if let gzip {
      if let failure = gzip.failureAtEnd { throw failure }
      pieces.add(GzipMember.pack(text))
      text = []
    }
    sha256 = pieces.finish()
  }

  mutating func take() -> [RawPiece] { pieces.take() }

  private mutating func addText(_ bytes: [UInt8]) throws {
    // UTF-16, in which a line feed is two bytes.
    if bytes.contains(0) { throw Impossible() }
    let left = cut.cut(bytes)
    guard gzip != nil else { return pieces.add(left) }
    text += left
    if text.count >= RawPacking.pieceSize {
      pieces.add(GzipMember.pack(text))
      text = []
    }
  }
}

/// The text of a gzip file that comes piece by piece.
private final class GzipText {
  private var unpacker = GzipUnpacker()

  var failureAtEnd: FileFailure? { unpacker.failureAtEnd }

  func unpack(_ bytes: [UInt8], _ body: ([UInt8]) throws -> Void) throws {
    unpacker.supply(bytes)
    while let text = try unpacker.next() { try body(text) }
  }
}
