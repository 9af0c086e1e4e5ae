import Foundation
import ParcelStore

/// The right to write to a store: a lock on a file beside it, which the kernel gives back when the
/// process ends, however it ends.
final class StoreLease: Sendable {
  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// - Parameters:
  ///   - path: of the lock file; it says who holds the lease.
  ///   - store: for messages.
  static func acquire(path: String, store: String) throws(StoreError) -> StoreLease {
    // Whoever may write to the folder could lay a link there, and another's file would be emptied.
    let descriptor = open(
      path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0o600)
    guard descriptor >= 0 else {
      let code = errno
      if code == ELOOP { throw foreign(path, store, "it is a symbolic link") }
      if code == EISDIR || code == ENXIO { throw foreign(path, store, "it is no regular file") }
      let full = code == ENOSPC || code == EDQUOT
      throw StoreError(
        full ? .full : .denied, operation: "take the lease \(path)", store: store,
        reason: String(cString: strerror(code)),
        advice: "check that the folder exists and that this user may write there")
    }
    if let reason = reasonToRefuse(descriptor, path) {
      close(descriptor)
      throw foreign(path, store, reason)
    }
    // `holder` takes the lock for a moment, so one refusal is none yet.
    var tries = 0
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0, tries < 10 {
      tries += 1
      usleep(20_000)
    }
    guard tries < 10 else {
      let holder = Self.content(descriptor)
      close(descriptor)
      throw StoreError(
        .leased, operation: "take the lease", store: store,
        reason: "another colisd holds it (\(holder))",
        advice: "stop it, or try again later")
    }
    let text = "pid \(getpid()) since \(ISO8601DateFormatter().string(from: Date()))\n"
    ftruncate(descriptor, 0)
    _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    return StoreLease(descriptor: descriptor)
  }

  private static func foreign(_ path: String, _ store: String, _ reason: String) -> StoreError {
    StoreError(
      .denied, operation: "take the lease \(path)", store: store,
      reason: reason + ", which another user may have laid there",
      advice: "look at it, take it away, and see that nobody else may write to its folder")
  }

  /// Why a file that is there can't be a lock file of ours; nil: it can.
  private static func reasonToRefuse(_ descriptor: Int32, _ path: String) -> String? {
    var file = stat()
    guard fstat(descriptor, &file) == 0 else { return "nothing can be learnt of it" }
    guard file.st_mode & S_IFMT == S_IFREG else { return "it is no regular file" }
    guard file.st_nlink == 1 else { return "it is a file with further names" }
    // The superuser works on the stores of others, whose folders are theirs.
    var folder = stat()
    let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let isOfFolder = stat(parent, &folder) == 0 && folder.st_uid == file.st_uid
    guard file.st_uid == geteuid() || isOfFolder else { return "it belongs to another user" }
    return nil
  }

  /// Who holds a store's lease now; nil when nobody does.
  static func holder(path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard reasonToRefuse(descriptor, path) == nil else { return nil }
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
    return content(descriptor)
  }

  private static func content(_ descriptor: Int32) -> String {
    let bytes = [UInt8](unsafeUninitializedCapacity: 200) { buffer, count in
      count = max(0, pread(descriptor, buffer.baseAddress, 200, 0))
    }
    let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first
    return text.map(String.init) ?? "unknown"
  }
}

extension SQLiteEventStore {
  /// Who writes to the store at `path` now; nil when nobody does.
  public static func writer(path: String) -> String? { StoreLease.holder(path: path + ".lock") }
}
