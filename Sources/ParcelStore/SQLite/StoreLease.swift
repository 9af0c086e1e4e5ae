import Foundation

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
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let full = errno == ENOSPC || errno == EDQUOT
      throw StoreError(
        full ? .full : .denied, operation: "take the lease \(path)", store: store,
        reason: String(cString: strerror(errno)),
        advice: "check that the folder exists and that this user may write there")
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

  /// Who holds a store's lease now; nil when nobody does.
  static func holder(path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
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

extension SQLiteStore {
  /// Who writes to the store at `path` now; nil when nobody does.
  public static func writer(path: String) -> String? { StoreLease.holder(path: path + ".lock") }
}
