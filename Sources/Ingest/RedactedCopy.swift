import ParcelStore

/// The text of a copy without some of its lines, packed as the copy was: plain, or gzip.
struct RedactedCopy {
  private var cut: LineCut
  private let isPacked: Bool
  /// Text that waits to be packed as a gzip member.
  private var text: [UInt8] = []
  private var pieces = RawPieces()
  /// Of what is left; only after `finish`.
  private(set) var sha256: [UInt8] = []

  init(_ cut: LineCut, isPacked: Bool) {
    self.cut = cut
    self.isPacked = isPacked
  }

  var linesCut: Int { cut.count }
  var isFull: Bool { pieces.memory >= 1 << 20 }

  mutating func add(_ bytes: [UInt8]) {
    let left = cut.cut(bytes)
    guard isPacked else { return pieces.add(left) }
    text += left
    if text.count >= RawPacking.pieceSize {
      pieces.add(GzipMember.pack(text))
      text = []
    }
  }

  mutating func finish() {
    if isPacked { pieces.add(GzipMember.pack(text)) }
    text = []
    sha256 = pieces.finish()
  }

  mutating func take() -> [RawPiece] { pieces.take() }
}
