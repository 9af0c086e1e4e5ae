import Foundation
import GRDB
import ParcelStore

/// A consistent copy of a store, made while others read and write it, with an incarnation of its own.
///
/// It holds what was committed when the copying began, and appears under its name once it is whole
/// and on disk. A partial copy that a killed run has left can be deleted.
struct StoreCopy {
  let source: String
  let target: String

  private var partial: String { target + ".partial" }

  /// Makes the copy; blocks the thread for as long as it takes to read and write a whole store.
  func make() throws(StoreError) {
    guard !FileManager.default.fileExists(atPath: target) else {
      throw refusal("there is \(target) already", "give another name, or take that file away")
    }
    try makePrivateFile()
    defer { unlink(partial) }
    do {
      var configuration = Configuration()
      configuration.readonly = true
      // It has a connection of its own, so that no reader or writer waits for it.
      let original = try DatabaseQueue(path: source, configuration: configuration)
      try original.writeWithoutTransaction { db in
        try db.execute(sql: "VACUUM INTO ?", arguments: [partial])
      }
      let copy = try DatabaseQueue(path: partial)
      try copy.write { db in
        try db.execute(
          sql: "UPDATE store SET incarnation = ?", arguments: [Incarnation.random().description])
      }
      try copy.close()
    } catch {
      throw SQLiteEventStore.error(error, operation, source)
    }
    try sync(partial)
    // Unlike a renaming, a link never replaces a file that somebody made meanwhile.
    guard link(partial, target) == 0 else { throw failure("name the copy \(target)", errno) }
    let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
    try sync(folder)
  }

  private var operation: String { "copy to \(target)" }

  private func refusal(_ reason: String, _ advice: String) -> StoreError {
    StoreError(.denied, operation: operation, store: source, reason: reason, advice: advice)
  }

  private func failure(_ step: String, _ code: Int32) -> StoreError {
    let isFull = code == ENOSPC || code == EDQUOT
    return StoreError(
      isFull ? .full : .denied, operation: operation, store: source,
      reason: "cannot \(step): \(String(cString: strerror(code)))",
      advice: isFull
        ? "make room there" : "check that the folder exists and that this user may write there")
  }

  /// Recipients' data will stand in it.
  private func makePrivateFile() throws(StoreError) {
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    let code = errno
    guard descriptor < 0 else {
      close(descriptor)
      return
    }
    guard code == EEXIST else { throw failure("make \(partial)", code) }
    throw refusal(
      "there is \(partial): a copy is being made, or was broken off",
      "wait for it, or delete that file")
  }

  private func sync(_ path: String) throws(StoreError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open \(path)", errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("write \(path) to disk", errno) }
  }
}

extension SQLiteEventStore {
  public func copy(to target: String) async throws(StoreError) {
    let copy = StoreCopy(source: path, target: target)
    let result: Result<Void, StoreError> = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        do throws(StoreError) {
          continuation.resume(returning: .success(try copy.make()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    try result.get()
  }
}
