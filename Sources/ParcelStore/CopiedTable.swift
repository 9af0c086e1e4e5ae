/// A table as `store copy` sees it: the same in both databases, whatever they make of it inside.
///
/// Its rows are compared and written range by range of one column.
package struct CopiedTable: Sendable {
  package enum Kind: Sendable {
    case integer
    /// `integer` in PostgreSQL, of 32 bits.
    case short
    /// `boolean` in PostgreSQL, 0 or 1 in SQLite.
    case flag
    case text
    case blob
  }

  package struct Column: Sendable {
    package let name: String
    package let kind: Kind
    /// What is read for it, in SQL of both databases; nil: the column itself.
    package var expression: String?

    package init(_ name: String, _ kind: Kind, reading expression: String? = nil) {
      self.name = name
      self.kind = kind
      self.expression = expression
    }
  }

  /// How a database has its rows.
  package enum Form: Sendable {
    /// As they are.
    case plain
    /// What followers read: one row for each event that is there, in blocks and each store's own way.
    case journal
    /// The events by parcel. Each knows its `seq`.
    case events
    /// SQLite has file and number in one column.
    case pieces
    /// SQLite may have rows of older versions.
    case statuses
    /// PostgreSQL has a column more.
    case runs
  }

  package let name: String
  package let form: Form
  package let columns: [Column]
  /// Columns that tell rows apart, in their order.
  package let key: [String]
  /// The column whose ranges are copied; nil: the table is one range.
  package let number: String?
  /// How many numbers a range has. Of the journal it stays what it is: blocks of a copy end with their range.
  package private(set) var span: Int64
  /// Rows of a page, roughly.
  package private(set) var pageRows: Int
  /// Rows that are no part of it, in SQL of both databases.
  package let condition: String?

  package init(
    _ name: String, _ form: Form = .plain, key: [String], by number: String? = nil,
    span: Int64 = 1 << 16, pageRows: Int = 5_000, where condition: String? = nil,
    _ columns: [Column]
  ) {
    self.name = name
    self.form = form
    self.columns = columns
    self.key = key
    self.number = number
    self.span = span
    self.pageRows = pageRows
    self.condition = condition
  }

  /// The same in smaller ranges and pages.
  package func cut(span: Int64, pageRows: Int) -> CopiedTable {
    var table = self
    table.span = span
    table.pageRows = pageRows
    return table
  }

  /// Blocks of the journal that make a page.
  package var pageBlocks: Int { max(1, pageRows / 128) }

  /// The places of the key's columns.
  package var keyPlaces: [Int] {
    key.compactMap { name in columns.firstIndex { $0.name == name } }
  }

  /// The ranges between two numbers, whole ones, so that both stores have the same.
  package func ranges(_ bounds: ClosedRange<Int64>) -> [ClosedRange<Int64>] {
    guard number != nil else { return [0...0] }
    let first = bounds.lowerBound - (bounds.lowerBound % span + span) % span
    return stride(from: first, through: bounds.upperBound, by: Int64.Stride(span)).map {
      $0...($0 + span - 1)
    }
  }
}
