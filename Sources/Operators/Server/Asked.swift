import HTTPTypes
import Hummingbird

/// A request, with what a query and a path say.
struct Asked: Sendable {
  let request: Request
  /// The parts of the path, decoded.
  let path: [String]
  /// In the order of the URL, decoded.
  let query: [(name: String, value: String)]
  /// The names in it that stand alone, without `=`.
  let flags: Set<String>

  /// - Throws: `Problem` where the URL can't be read.
  init(_ request: Request) throws(Problem) {
    self.request = request
    var path: [String] = []
    for part in request.uri.path.split(separator: "/") {
      guard let text = Self.decoded(part) else {
        throw .badParameter("the path of the URL has bytes that are no text")
      }
      path.append(text)
    }
    self.path = path
    var query: [(String, String)] = []
    var flags: Set<String> = []
    for pair in (request.uri.query ?? "").split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count > 1 ? parts[1].replacing("+", with: " ")[...] : ""
      guard let name = Self.decoded(parts[0]), let value = Self.decoded(value) else {
        throw .badParameter("the query of the URL has bytes that are no text")
      }
      query.append((name, value))
      if parts.count == 1 { flags.insert(name) }
    }
    self.query = query
    self.flags = flags
  }

  func header(_ name: HTTPField.Name) -> String? { request.headers[name] }

  /// - Returns: nil unless the bytes are UTF-8 without NUL.
  static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let digits = String(rest.prefix(2)), digits.count == 2,
        digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    guard !bytes.contains(0) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}
