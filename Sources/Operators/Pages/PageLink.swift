/// A link to a page or a form of its data, percent-encoded.
struct PageLink: Sendable, Hashable {
  /// Its components, not encoded.
  var path: [String]
  var query: [Item] = []

  struct Item: Sendable, Hashable {
    var name: String
    var value: String
  }

  init(_ path: String..., query: [(String, String?)] = []) {
    self.init(path: path, query: query)
  }

  /// - Parameter query: an item without a value is left out.
  init(path: [String], query: [(String, String?)] = []) {
    self.path = path
    self.query = query.compactMap { name, value in value.map { Item(name: name, value: $0) } }
  }

  /// `/parcels/991122334455?lang=en`
  var text: String {
    var text = path.isEmpty ? "/" : path.map { "/" + percentEncoded($0) }.joined()
    var separator = "?"
    for item in query {
      text += "\(separator)\(percentEncoded(item.name))=\(percentEncoded(item.value))"
      separator = "&"
    }
    return text
  }
}

/// A text for a component of a URL: all but letters, digits, `-`, `.`, `_` and `~` of ASCII is encoded, by its bytes
/// in UTF-8.
func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var bytes: [UInt8] = []
  bytes.reserveCapacity(text.utf8.count)
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      bytes.append(byte)
    default:
      bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  // A component of dots alone would be a step in the path.
  if bytes.allSatisfy({ $0 == UInt8(ascii: ".") }), (1...2).contains(bytes.count) {
    return String(repeating: "%2E", count: bytes.count)
  }
  return String(decoding: bytes, as: UTF8.self)
}
