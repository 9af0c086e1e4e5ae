/// Where a server listens and as whom to log in there.
public struct SSHEndpoint: Sendable, Hashable, CustomStringConvertible {
  /// A name or a numeric address, without brackets.
  public var host: String
  public var port: UInt16
  public var username: String

  public init(host: String, port: UInt16 = 22, username: String) {
    self.host = host
    self.port = port
    self.username = username
  }

  /// `user@host:port`, with brackets around an IPv6 address.
  public var description: String { "\(username)@\(address)" }

  /// `host:port`, as error sentences name the server.
  package var address: String { Self.address(host, port) }

  /// `host:port`, with brackets around an IPv6 address.
  static func address(_ host: String, _ port: UInt16) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
