import Glibc

/// Enough of a folder and its files to notice a change, without reading the files.
struct FolderSnapshot: Equatable, Sendable {
  /// Enough of a file to notice a change. The time of its last change (ctime) can't be set back.
  struct Mark: Equatable, Sendable {
    var device: UInt
    var inode: UInt
    var size: Int
    var modified: Time
    var changed: Time

    init(_ status: stat) {
      device = UInt(status.st_dev)
      inode = UInt(status.st_ino)
      size = Int(status.st_size)
      modified = Time(status.st_mtim)
      changed = Time(status.st_ctim)
    }
  }

  /// Seconds and nanoseconds as the system has them.
  struct Time: Equatable, Sendable {
    private let parts: SIMD2<Int>

    init(_ time: timespec) {
      parts = withUnsafeBytes(of: time) { $0.loadUnaligned(as: SIMD2<Int>.self) }
    }
  }

  /// A name of the folder.
  struct Entry: Equatable, Sendable {
    var mark: Mark
    /// Where a link leads; nil: it is not a link, or leads nowhere.
    var target: Mark?
  }

  /// Which folder it is, after all links were followed.
  private(set) var folder: FileIdentity?
  /// Why it can't be read: `errno`.
  private(set) var code: Int32 = 0
  /// By name: bytes, as the system has them. Only contracts have an entry.
  var entries: [[UInt8]: Entry?] = [:]

  init(_ path: String) {
    guard let folder = opendir(path) else {
      code = errno
      return
    }
    defer { closedir(folder) }
    let descriptor = dirfd(folder)
    self.folder = FileIdentity(descriptor: descriptor)
    while let next = readdir(folder) {
      let name = withUnsafeBytes(of: &next.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard name != [0x2e], name != [0x2e, 0x2e] else { continue }
      entries[name] = .some(ContractFolder.isContract(name) ? Self.entry(name, descriptor) : nil)
    }
  }

  private static func entry(_ name: [UInt8], _ folder: Int32) -> Entry? {
    (name + [0]).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { name in
        guard let name = name.baseAddress else { return nil }
        var status = stat()
        guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        var entry = Entry(mark: Mark(status), target: nil)
        if status.st_mode & S_IFMT == S_IFLNK, fstatat(folder, name, &status, 0) == 0 {
          entry.target = Mark(status)
        }
        return entry
      }
    }
  }
}
