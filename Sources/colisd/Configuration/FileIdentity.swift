import Glibc

/// Which file or folder stands at a path, whatever links lead there.
struct FileIdentity: Hashable, Sendable {
  private let device: UInt
  private let inode: UInt
  let isFolder: Bool

  /// - Returns: nil where there is none.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    device = UInt(status.st_dev)
    inode = UInt(status.st_ino)
    isFolder = status.st_mode & S_IFMT == S_IFDIR
  }
}
