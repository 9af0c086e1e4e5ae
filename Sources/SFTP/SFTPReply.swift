/// One answer of the server, to the request with the same id.
public struct SFTPReply: Sendable, Equatable {
  public enum Body: Sendable, Equatable {
    case status(SFTPStatus)
    case handle(SFTPHandle)
    /// Where the bytes lie in the machine; until the machine's next change.
    case data(Range<Int>)
    case names([SFTPName])
    case attributes(FileAttributes)
  }

  public let id: UInt32
  public let body: Body
}

/// The server's verdict on a request.
public struct SFTPStatus: Sendable, Equatable {
  /// SSH_FX_*: see the draft's section 7.
  public let code: UInt32
  /// The server's words, made printable; may be empty.
  public let message: String

  static let ok: UInt32 = 0
  static let endOfFile: UInt32 = 1
  static let noSuchFile: UInt32 = 2
  static let permissionDenied: UInt32 = 3
  static let failure: UInt32 = 4
  static let noConnection: UInt32 = 6
  static let connectionLost: UInt32 = 7

  package init(code: UInt32, message: String) {
    self.code = code
    self.message = message
  }

  /// The code's name in plain words, for servers that say no more than that.
  var meaning: String {
    switch code {
    case Self.ok: "ok"
    case Self.endOfFile: "end of file"
    case Self.noSuchFile: "no such file"
    case Self.permissionDenied: "permission denied"
    case Self.failure: "failure"
    case 5: "bad message"
    case Self.noConnection: "no connection"
    case Self.connectionLost: "connection lost"
    case 8: "operation unsupported"
    default: "status \(code)"
    }
  }
}

/// A name with its attributes, as a directory lists it.
public struct SFTPName: Sendable, Equatable {
  public let name: [UInt8]
  public let attributes: FileAttributes
}

/// What the server tells of a file; absent where it does not tell.
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
