import Views

/// A link to a page or a form of its data, percent-encoded.
package struct PageLink: Sendable, Hashable {
  /// Its components, not encoded.
  package var path: [String]
  package var query: [Item] = []

  package struct Item: Sendable, Hashable {
    package var name: String
    package var value: String
  }

  package init(_ path: String..., query: [(String, String?)] = []) {
    self.init(path: path, query: query)
  }

  /// - Parameter query: an item without a value is left out.
  package init(path: [String], query: [(String, String?)] = []) {
    self.path = path
    self.query = query.compactMap { name, value in value.map { Item(name: name, value: $0) } }
  }

  /// `/parcels/991122334455?lang=en`
  package var text: String {
    let text = path.isEmpty ? "/" : path.map { "/" + Self.component($0) }.joined()
    guard !query.isEmpty else { return text }
    return text + "?" + encodedQuery(query.map { (name: $0.name, value: $0.value) })
  }

  /// A part of the path; dots alone would be a step in it.
  private static func component(_ text: String) -> String {
    text == "." || text == ".." ? text.replacing(".", with: "%2E") : percentEncoded(text)
  }
}
