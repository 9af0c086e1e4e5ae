/// A copy that the store keeps, with what the ledger says of its file.
public struct CopyOfFile: Sendable, Equatable {
  public var copy: RawCopy
  /// The printable path of the file.
  public var path: String
  /// The name of the layout by which the file was read last; nil: by none.
  public var layout: String?

  package init(_ copy: RawCopy, path: String, layout: String?) {
    self.copy = copy
    self.path = path
    self.layout = layout
  }
}
