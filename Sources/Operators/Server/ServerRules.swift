/// Where requests are answered, and whose.
public struct ServerRules: Sendable {
  /// At least one.
  public var listeners: [Listener]
  /// Needed at every TCP listener; nil: none is.
  public var token: String?
  /// Names of this machine beside `localhost` and its addresses, in small letters.
  public var hosts: [String]

  public init(listeners: [Listener], token: String? = nil, hosts: [String] = []) {
    self.listeners = listeners
    self.token = token
    self.hosts = hosts
  }
}
