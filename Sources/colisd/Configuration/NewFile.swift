import Foundation

/// Files that were not there before: nothing is ever overwritten, and what is there is on disk.
enum NewFile {
  /// Why a file could not be made.
  struct Failure: Error, CustomStringConvertible {
    var path: String
    var code: Int32

    init(_ path: String, _ code: Int32) {
      self.path = path
      self.code = code
    }

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

  /// Whether something has this path, be it a link that leads nowhere.
  static func isTaken(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// A hidden name beside the file, for whoever watches the folder to pass over.
  static func draftPath(of path: String) -> String {
    let random = String(UInt32.random(in: 0...UInt32.max), radix: 16)
    return "\(path.folder)/.\(path.split(separator: "/").last ?? "").\(random)"
  }

  static func write(_ text: String, to path: String, mode: mode_t) throws(Failure) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard file >= 0 else { throw Failure(path, errno) }
    // Whatever the umask says.
    var isGood = fchmod(file, mode) == 0
    var bytes = Array(text.utf8)[...]
    while isGood, !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      isGood = count > 0
      bytes = bytes.dropFirst(max(0, count))
    }
    isGood = isGood && fsync(file) == 0
    let code = errno
    close(file)
    guard isGood else {
      unlink(path)
      throw Failure(path, code)
    }
    _ = sync(path.folder)
  }

  /// Gives a finished draft its name, unless something else has it.
  static func publish(_ draft: String, as path: String) throws(Failure) {
    guard link(draft, path) == 0 else { throw Failure(path, errno) }
    unlink(draft)
    _ = sync(path.folder)
  }

  /// Waits until a file, or the names in a folder, are on disk.
  static func sync(_ path: String) -> Bool {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    defer { if file >= 0 { close(file) } }
    return file >= 0 && fsync(file) == 0
  }
}
