/// One entry of a directory.
public struct RemoteEntry: Sendable, Equatable {
  public let name: RemoteName
  public let attributes: FileAttributes

  public var size: UInt64? { attributes.size }
  /// Seconds since 1970 by the server's clock.
  public var mtime: UInt32? { attributes.mtime }
  public var kind: FileAttributes.Kind { attributes.kind }

  public init(name: RemoteName, attributes: FileAttributes) {
    self.name = name
    self.attributes = attributes
  }
}
