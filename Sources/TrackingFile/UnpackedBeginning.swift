/// The first bytes of a file, unpacked if it is packed as gzip.
public struct UnpackedBeginning: Sendable {
  public let bytes: [UInt8]
  /// Whether there is nothing after them.
  public let isWhole: Bool

  /// - Parameters:
  ///   - packed: the file's first bytes.
  ///   - isWhole: whether these are all.
  ///   - most: how many unpacked bytes are wanted at most.
  /// - Throws: if the packed data are damaged before so many bytes.
  public init(of packed: [UInt8], isWhole: Bool, atMost most: Int) throws(FileFailure) {
    var unpacked: [UInt8] = []
    if packed.starts(with: GzipUnpacker.magic) {
      var gzip = GzipUnpacker()
      gzip.supply(packed)
      while unpacked.count <= most, let piece = try gzip.next() { unpacked += piece }
      if isWhole, unpacked.count <= most, let failure = gzip.failureAtEnd { throw failure }
    } else {
      unpacked = packed
    }
    self.isWhole = isWhole && unpacked.count <= most
    bytes = unpacked.count <= most ? unpacked : Array(unpacked[..<most])
  }
}
