import Glibc

/// Files that were not there before: nothing is overwritten, what is written is on disk, and all of it can
/// be taken back.
struct NewFiles {
  /// Why a file could not be made.
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let code: Int32

    var description: String {
      code == EEXIST
        ? "\(path) is there already and is not overwritten: remove it, or choose another id"
        : "\(path) cannot be written: \(String(cString: strerror(code)))"
    }

    /// A full or broken disk is no fault of the configuration.
    var status: ExitStatus {
      [ENOSPC, EDQUOT, EIO, EFBIG].contains(code) ? .localIO : .configuration
    }
  }

  private var files: [String] = []
  private var folders: [String] = []

  /// - Throws: when something has this path, be it a link that leads nowhere.
  static func expectFree(_ path: String) throws(Failure) {
    var status = stat()
    if lstat(path, &status) == 0 { throw Failure(path: path, code: EEXIST) }
  }

  /// Makes a folder that only its owner can read, unless it is there.
  mutating func makeFolder(_ path: String) throws(Failure) {
    if mkdir(path, 0o700) == 0 {
      folders.append(path)
      chmod(path, 0o700)
    } else if errno != EEXIST {
      throw Failure(path: path, code: errno)
    }
  }

  mutating func write(_ text: String, to path: String, mode: mode_t) throws(Failure) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard file >= 0 else { throw Failure(path: path, code: errno) }
    files.append(path)
    defer { close(file) }
    // Whatever the umask says.
    var isGood = fchmod(file, mode) == 0
    var bytes = Array(text.utf8)[...]
    while isGood, !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      isGood = count > 0
      bytes = bytes.dropFirst(max(0, count))
    }
    guard isGood, fsync(file) == 0 else { throw Failure(path: path, code: errno) }
    _ = Self.sync(path.folder)
  }

  /// Gives a file that was written its name, unless something else has it. It is never taken back then.
  mutating func publish(_ hidden: String, as path: String) throws(Failure) {
    guard link(hidden, path) == 0 else { throw Failure(path: path, code: errno) }
    unlink(hidden)
    files.removeAll { $0 == hidden }
    _ = Self.sync(path.folder)
  }

  func takeBack() {
    for path in files.reversed() { unlink(path) }
    for path in folders.reversed() { rmdir(path) }
  }

  /// Waits until a file, or the names in a folder, are on disk.
  static func sync(_ path: String) -> Bool {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    defer { if file >= 0 { close(file) } }
    return file >= 0 && fsync(file) == 0
  }
}
