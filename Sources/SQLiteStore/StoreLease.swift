import Foundation
import ParcelStore

/// The right to poll: a lock on the file beside the store. Only one process has it, so no file of the
/// drop is fetched, moved or deleted twice. Whoever only writes needs no lease; see `WriteTurn`.
final class StoreLease: Sendable {
  private let file: LockFile

  private init(_ file: LockFile) { self.file = file }

  /// Not by closing the file: a program that this process is just starting has it too until it runs.
  deinit { flock(file.descriptor, LOCK_UN) }

  /// - Throws: `.leased` when another process has it; the error says which.
  static func acquire(_ file: LockFile) throws(StoreError) -> StoreLease {
    let descriptor = file.descriptor
    // `holder` takes the lock for a moment, so one refusal does not mean that another process
    // polls.
    var tries = 0
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0, tries < 10 {
      tries += 1
      usleep(20_000)
    }
    guard tries < 10 else {
      throw StoreError(
        .leased, operation: "take the lease", store: file.store,
        reason: "another colisd holds it (\(content(descriptor)))",
        advice: "stop it, or try again later")
    }
    let text = "pid \(getpid()) since \(ISO8601DateFormatter().string(from: Date()))\n"
    ftruncate(descriptor, 0)
    _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    return StoreLease(file)
  }

  /// Who holds a store's lease now; nil when nobody does.
  static func holder(ofStore path: String) -> String? {
    guard let file = LockFile.look(atStore: path) else { return nil }
    guard flock(file.descriptor, LOCK_SH | LOCK_NB) == 0 else { return content(file.descriptor) }
    flock(file.descriptor, LOCK_UN)
    return nil
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
  /// Who polls for the store at `path` now; nil when nobody does.
  public static func writer(path: String) -> String? { StoreLease.holder(ofStore: path) }
}
