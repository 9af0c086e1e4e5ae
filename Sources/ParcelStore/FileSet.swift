/// A set of rows of the ledger: one bit per row, as a drop may show a million files.
public struct FileSet: Sendable {
  private var words: [UInt64] = []

  public init() {}

  public mutating func insert(_ file: FileID) {
    let (word, bit) = Self.place(file)
    if word >= words.count { words += Array(repeating: 0, count: word + 1 - words.count) }
    words[word] |= bit
  }

  public func contains(_ file: FileID) -> Bool {
    let (word, bit) = Self.place(file)
    return word < words.count && words[word] & bit != 0
  }

  private static func place(_ file: FileID) -> (word: Int, bit: UInt64) {
    (Int(file.rawValue >> 6), 1 << UInt64(file.rawValue & 63))
  }
}
