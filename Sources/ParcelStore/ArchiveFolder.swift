/// A folder that files were moved to.
public struct ArchiveFolder: Hashable, Sendable {
  /// User, host and port; nil where an older version moved files.
  public var server: String?
  /// The source's directory, printable; nil where an older version moved files.
  public var directory: String?
  /// Relative to the directory.
  public var path: String

  public init(server: String?, directory: String?, path: String) {
    self.server = server
    self.directory = directory
    self.path = path
  }

  /// By bytes: two names that Unicode takes for one are two folders.
  private var bytes: [[UInt8]?] { [server, directory, path].map { $0.map { Array($0.utf8) } } }

  public static func == (left: Self, right: Self) -> Bool { left.bytes == right.bytes }
  public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
