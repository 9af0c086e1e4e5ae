/// The attributes of a file; each is nil if the server does not give it.
public struct FileAttributes: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case file
    case directory
    case symlink
    case other
    case unknown
  }

  /// Bytes.
  public var size: UInt64?
  /// Seconds since 1970 by the server's clock.
  public var mtime: UInt32?
  /// Type and mode bits as stat(2) has them.
  public var permissions: UInt32?

  public init(size: UInt64? = nil, mtime: UInt32? = nil, permissions: UInt32? = nil) {
    self.size = size
    self.mtime = mtime
    self.permissions = permissions
  }

  public var kind: Kind {
    guard let permissions else { return .unknown }
    switch permissions & 0o170_000 {
    case 0o100_000: return .file
    case 0o040_000: return .directory
    case 0o120_000: return .symlink
    case 0: return .unknown
    default: return .other
    }
  }
}
