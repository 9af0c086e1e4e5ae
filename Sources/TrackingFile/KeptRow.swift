/// A row of a file that was kept as it came, so that it can be read again later.
public struct KeptRow: Hashable, Sendable {
  /// Where it begins in its file: the line, counted from 1. A kind of file without lines counts its rows.
  public var line: Int
  /// What its reader needs to read it again: of a text file the line without its line end.
  public var raw: [UInt8]

  public init(line: Int, raw: [UInt8]) {
    self.line = line
    self.raw = raw
  }
}
