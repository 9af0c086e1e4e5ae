import Glibc
import ParcelStore

/// A lock between processes on a range of bytes of a lock file. The kernel releases it when the
/// process ends.
///
/// It belongs to the open file (an "open file description lock"), so two stores in one process
/// exclude each other as well. For such locks the kernel does not tell who holds them. So each
/// process locks as many bytes as its process id says, and the length of a lock names its holder.
struct RangeLock: Sendable {
  /// Of the lock file.
  let descriptor: Int32
  /// The first byte; locks are `span` bytes apart.
  let start: Int64

  /// More than the largest process id that Linux gives, 2^22.
  static let span: Int64 = 1 << 23

  /// F_OFD_GETLK, F_OFD_SETLK and F_OFD_SETLKW, which Glibc's header only shows to GNU programs. The same
  /// on every Linux.
  private static let (get, set, setAndWait): (Int32, Int32, Int32) = (36, 37, 38)

  /// - Returns: 0, or the `errno` of what was in the way: `EAGAIN` when another one holds it.
  func tryToTake() -> Int32 { call(Self.set, Int16(F_WRLCK)) }

  /// Waits until it is free, which blocks the thread.
  /// - Returns: 0, or the `errno` of what was in the way.
  func take() -> Int32 {
    while true {
      let code = call(Self.setAndWait, Int16(F_WRLCK))
      if code != EINTR { return code }
    }
  }

  func giveBack() { _ = call(Self.set, Int16(F_UNLCK)) }

  /// The process that holds it; nil: nobody does, or this open file itself.
  var holder: pid_t? {
    var lock = Glibc.flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = Int(start)
    lock.l_len = 1
    guard fcntl(descriptor, Self.get, &lock) == 0, lock.l_type != Int16(F_UNLCK) else {
      return nil
    }
    return pid_t(exactly: lock.l_len - 1)
  }

  private func call(_ command: Int32, _ type: Int16) -> Int32 {
    var lock = Glibc.flock()
    lock.l_type = type
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = Int(start)
    lock.l_len = 1 + Int(getpid())
    return fcntl(descriptor, command, &lock) == 0 ? 0 : errno
  }
}

extension RangeLock {
  /// The error for a lock that the system refuses.
  static func refused(_ code: Int32, in file: LockFile) -> StoreError {
    StoreError(
      .failed, operation: "lock the file \(LockFile.path(ofStore: file.store))", store: file.store,
      reason: String(cString: strerror(code)),
      advice: "keep the store on a file system of this machine")
  }
}
