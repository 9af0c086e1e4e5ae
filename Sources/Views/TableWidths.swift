import Synchronization

/// How wide the columns of tables are that are printed page by page: as wide as the first page needs them. On later
/// pages a longer cell pushes its line's next ones to the right, and is shortened only where the line would not fit the terminal.
public final class TableWidths: Sendable {
  private let widths = Mutex<[[String]: [Int]]>([:])

  public init() {}

  /// - Parameter header: of the table.
  subscript(header: [String]) -> [Int]? {
    get { widths.withLock { $0[header] } }
    set { widths.withLock { $0[header] = newValue } }
  }
}
