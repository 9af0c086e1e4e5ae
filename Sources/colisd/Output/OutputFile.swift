import Glibc
import Views

/// A file that a command writes: it appears under its name once it is whole and on disk, and replaces the one that
/// is there. What a killed run has left, `NAME.partial`, is overwritten by the next.
final class OutputFile: Sendable {
  /// Why it could not be written.
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let code: Int32

    var description: String {
      if code == EBUSY { return "cannot write \(path): another command writes it; wait for that" }
      let advice =
        switch code {
        case ENOSPC, EDQUOT: "make room there"
        case EISDIR: "name a file in it"
        case EINVAL: "it is no file; without --output the events go to standard output"
        default: "check that the folder exists and that this user may write there"
        }
      return "cannot write \(path): \(String(cString: strerror(code))); \(advice)"
    }
  }

  private let path: String
  private let partial: String
  private let descriptor: Int32

  /// Mode 0600: customers' data will stand in it.
  init(_ path: String) throws(Failure) {
    self.path = path
    partial = path + ".partial"
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw Failure(path: path, code: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
    }
    let opened = open(partial, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard opened >= 0 else { throw Failure(path: partial, code: errno) }
    guard Self.claim(opened, partial) else {
      let code = errno
      Self.giveBack(opened)
      throw Failure(path: partial, code: code)
    }
    // Last: from here on the end of the object removes the file.
    descriptor = opened
  }

  /// Empties the file, unless another run writes it.
  private static func claim(_ descriptor: Int32, _ path: String) -> Bool {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      errno = EBUSY
      return false
    }
    var (opened, named) = (stat(), stat())
    // Another run may have published it since it was opened.
    guard fstat(descriptor, &opened) == 0, lstat(path, &named) == 0, opened.st_ino == named.st_ino
    else {
      errno = EBUSY
      return false
    }
    return fchmod(descriptor, 0o600) == 0 && ftruncate(descriptor, 0) == 0
  }

  /// The lock first: a program that this process is just starting has the file too until it runs.
  private static func giveBack(_ descriptor: Int32) {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  deinit {
    Self.giveBack(descriptor)
    // Gone under this name where it was published.
    unlink(partial)
  }

  func write(_ bytes: [UInt8]) throws(Failure) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, bytes.count - offset)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(path: partial, code: errno) }
      offset += count
    }
  }

  func publish() throws(Failure) {
    guard fsync(descriptor) == 0 else { throw Failure(path: partial, code: errno) }
    guard rename(partial, path) == 0 else { throw Failure(path: path, code: errno) }
    _ = NewFiles.sync(path.folder)
  }
}
