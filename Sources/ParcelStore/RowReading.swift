/// How a row was read: what it takes to read it again as it was.
public struct RowReading: Sendable, Hashable {
  /// The layout, as `Layout.written` gives it.
  public var layout: String
  /// The header line under which it stood; a file may have several.
  public var header: [UInt8]

  public init(layout: String, header: [UInt8]) {
    self.layout = layout
    self.header = header
  }
}
