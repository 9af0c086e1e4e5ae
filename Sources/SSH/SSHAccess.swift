/// How to log in to a server: its address, the host keys that it may have, and our credentials.
public struct SSHAccess: Sendable {
  public var endpoint: SSHEndpoint
  /// Which host keys are trusted; any other is refused before anything is sent.
  public var hostKeys: HostKeyPolicy
  public var credentials: SSHCredentials
  /// Whether weak algorithms are offered to the server, too.
  public var allowsLegacyAlgorithms: Bool

  public init(
    endpoint: SSHEndpoint, hostKeys: HostKeyPolicy, credentials: SSHCredentials,
    allowsLegacyAlgorithms: Bool = false
  ) {
    self.endpoint = endpoint
    self.hostKeys = hostKeys
    self.credentials = credentials
    self.allowsLegacyAlgorithms = allowsLegacyAlgorithms
  }
}
