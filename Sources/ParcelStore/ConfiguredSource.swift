/// A source as the configuration has it.
public struct ConfiguredSource: Hashable, Sendable {
  /// Unique in the configuration.
  public var name: String
  /// User, host, port and directory: `dupont@sftp.example.net:22 /out`.
  public var place: String

  public init(name: String, place: String) {
    self.name = name
    self.place = place
  }
}
