/// A list that people and scripts see: a value with its forms.
public protocol Listed: Sendable {
  /// The keys of each object, in their order: the titles of the CSV.
  static var keys: [String] { get }
  /// One object per entry.
  var objects: [JSON] { get }
  /// A table, in the form of `TextForm`; a sentence where the list is empty.
  var text: String { get }
}

extension Listed {
  public var json: JSON { .array(objects) }

  /// See `CSVText`.
  public var csv: [UInt8] { CSVText.bytes(objects, titles: Self.keys) }
}
