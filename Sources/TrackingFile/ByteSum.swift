/// Counts what became of the bytes of a file. Unless the file has failed, each byte is accounted for at its
/// end.
///
/// These are bytes of the text, after gzip is unpacked and UTF-16 is turned into UTF-8.
public struct ByteSum: Hashable, Sendable {
  /// All bytes that came.
  public internal(set) var all = 0
  /// Records and malformed lines with their line ends.
  public internal(set) var rows = 0
  /// Header lines.
  public internal(set) var headers = 0
  public internal(set) var blankLines = 0
  /// Trailers.
  public internal(set) var closingLines = 0
  /// Byte order marks, `sep=` lines, Ctrl-Z and NULs at the end.
  public internal(set) var skipped = 0
  /// A last line that was not read, because it may be cut off.
  public internal(set) var left = 0
  /// Line ends that were counted with a last line although it had none.
  var added = 0

  /// The sum of all kinds, which is to be equal to `all`.
  public var accountedFor: Int {
    rows + headers + blankLines + closingLines + skipped + left - added
  }
}
