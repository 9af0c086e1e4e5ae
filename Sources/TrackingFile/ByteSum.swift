/// Where the bytes of a file went: at its end each belongs to something, or the file has failed.
///
/// They are counted as text, behind gzip and UTF-16, line by line where a line is dealt with.
public struct ByteSum: Hashable, Sendable {
  /// All bytes that came.
  public internal(set) var all = 0
  /// Records and malformed lines with their line ends.
  public internal(set) var rows = 0
  /// Header lines.
  public internal(set) var headers = 0
  public internal(set) var blankLines = 0
  /// Closing lines of a layout with a trailer.
  public internal(set) var closingLines = 0
  /// Byte order marks, `sep=` lines, Ctrl-Z and NULs at the end.
  public internal(set) var skipped = 0
  /// A cut last line that was left unread.
  public internal(set) var left = 0
  /// The line end that a last line did not have, and that was counted with it.
  var added = 0

  /// What all but `all` add up to.
  public var accountedFor: Int {
    rows + headers + blankLines + closingLines + skipped + left - added
  }
}
