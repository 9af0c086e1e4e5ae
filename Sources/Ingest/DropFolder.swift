import SFTP

/// Which files of a server are meant.
public struct DropFolder: Sendable {
  public var path: RemotePath
  /// Whether folders below it are searched, too.
  public var isRecursive: Bool
  /// Which names are read.
  public var filter: FileFilter

  public init(path: RemotePath, isRecursive: Bool, filter: FileFilter) {
    self.path = path
    self.isRecursive = isRecursive
    self.filter = filter
  }
}
