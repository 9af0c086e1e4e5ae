import TrackingFile

/// Where a layout's column comes from, as far as the files show it.
public struct GuessedColumn: Sendable, Equatable {
  public enum Origin: Sendable, Equatable {
    /// Columns of the file, joined by a blank where there are several.
    case columns([Place])
    /// A constant: the file has no such column.
    case constant(String)
    /// A name in the pattern of the file's path.
    case path
  }

  public enum Place: Sendable, Equatable {
    case name(String)
    /// Counted from 1, in a file without a header.
    case number(Int)
    case span(Layout.Span)
  }

  public var column: Layout.Column
  public var origin: Origin
  public var certainty: Certainty
  /// Why, in words that follow the certainty: "its name and its values".
  public var reason: String
  /// One of its values; empty: there is none.
  public var example: String
}
