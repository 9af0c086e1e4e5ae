import Foundation

/// An `http://` or `https://` URL with a host, to which something is sent. What stands behind the host may be a secret.
struct OutgoingURL {
  private let parts: URLComponents

  /// - Returns: nil unless it is such a URL, without blanks.
  init?(_ text: String) {
    guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
      let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      ["http", "https"].contains(scheme), parts.host?.isEmpty == false
    else { return nil }
    self.parts = parts
  }

  /// What to write in place of letters that a URL can't have as they are; nil: there are none. What stands behind the
  /// host is not in it.
  static func adviceOnLetters(of text: String) -> String? {
    let bytes = Array(text.utf8)
    let start = bytes.firstRange(of: "://".utf8)?.upperBound ?? 0
    let authority = bytes[start...].prefix { !"/?#".utf8.contains($0) }
    let host = authority.split(separator: UInt8(ascii: "@")).last ?? authority
    let isPlain = { (bytes: ArraySlice<UInt8>) in bytes.allSatisfy { $0 < 0x80 } }
    var advice: [String] = []
    if !isPlain(host) {
      let name = URLComponents(string: text)?.encodedHost.flatMap {
        $0.utf8.contains(UInt8(ascii: "%")) ? nil : $0
      }
      advice.append(
        "the host as punycode, " + (name ?? "such as xn--bcher-kva.example for bücher.example"))
    }
    if !isPlain(bytes[authority.endIndex...]) {
      advice.append("what stands behind the host percent-encoded, such as %C3%A9 for é")
    }
    guard !advice.isEmpty else { return nil }
    return "has letters or signs that a URL can't have: write " + advice.joined(separator: ", and ")
  }

  /// Whether everybody on the way can read what is sent.
  var isPlain: Bool { parts.scheme?.lowercased() == "http" }

  /// Whether it has a user or a password in it.
  var hasLogin: Bool { parts.user != nil || parts.password != nil }

  /// Whether its port is one that can be connected to; that of the scheme is, where it has none.
  var hasGoodPort: Bool {
    guard let text = parts.string, let range = parts.rangeOfPort else { return true }
    return text[range].isEmpty || Int(text[range]).map((1...65_535).contains) == true
  }

  /// The name or the address, an IPv6 address without its brackets.
  var host: String {
    let host = parts.host ?? ""
    return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
  }

  /// Scheme, host and port: all of it that may be shown.
  var server: String {
    let port = parts.port.map { ":\($0)" } ?? ""
    return "\(parts.scheme ?? "")://\(parts.host ?? "")\(port)"
  }
}
