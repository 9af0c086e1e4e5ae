/// An address at which requests are answered.
public enum Listener: Hashable, Sendable, CustomStringConvertible {
  /// A Unix socket at this path; file permissions say who may ask.
  case unix(String)
  case tcp(host: String, port: Int)

  /// Reads `unix:/run/colisd/http.sock`, `127.0.0.1:9464` or `[::1]:9464`.
  /// - Returns: nil if the text is no address.
  public init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      // sockaddr_un has 108 bytes for a path and its end.
      guard path.hasPrefix("/"), !path.hasSuffix("/"), path.utf8.count < 108 else { return nil }
      self = .unix(path)
      return
    }
    guard let colon = text.lastIndex(of: ":"),
      let port = UInt16(text[text.index(after: colon)...]), port > 0
    else { return nil }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, host.allSatisfy({ !$0.isWhitespace && $0 != "/" }) else { return nil }
    self = .tcp(host: host, port: Int(port))
  }

  /// Whether only this machine can connect.
  public var isLocal: Bool {
    switch self {
    case .unix: true
    case .tcp(let host, _): host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
  }

  public var isUnix: Bool { if case .unix = self { true } else { false } }

  public var description: String {
    switch self {
    case .unix(let path): "unix:\(path)"
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }
}
