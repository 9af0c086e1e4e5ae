/// A row of a file in its original form, which is kept so that it can be read again later.
public struct KeptRow: Hashable, Sendable {
  /// The line of the file in which it begins, counted from 1; in a kind of file without lines the row's number.
  public var line: Int
  /// The bytes to read it from; of a text file the line without its line end.
  public var raw: [UInt8]

  public init(line: Int, raw: [UInt8]) {
    self.line = line
    self.raw = raw
  }
}
