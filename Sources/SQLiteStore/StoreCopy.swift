import Foundation
import GRDB
import ParcelStore

/// A consistent copy of a store, made while others read and write it, with an incarnation of its own.
///
/// It is made by SQLite's online backup and holds what was committed when that began. It appears under its name once it
/// is whole, checked and on disk. The next run overwrites what a killed one has left.
struct StoreCopy {
  let source: String
  let target: String
  let onProgress: @Sendable (Int, Int) -> Void

  private var partial: PartialCopy { PartialCopy(copy: target, source: source) }

  /// Pages copied at once: 8 MB.
  private static let step: CInt = 2_000

  /// Makes the copy; blocks the thread for as long as it takes to read and write a whole store.
  func make() throws(StoreError) {
    guard !FileManager.default.fileExists(atPath: target) else {
      throw partial.refusal(
        "there is \(target) already", "give another name, or take that file away")
    }
    let partial = partial
    let lock = try partial.claim()
    // Last: as long as it is open, nobody else takes the file for one that was left.
    defer { partial.giveBack(lock) }
    defer { partial.remove() }
    let check: StoreCheck
    do {
      try copyPages(to: partial.path)
      check = try finish(partial.path)
    } catch {
      throw SQLiteEventStore.error(error, partial.operation, source)
    }
    guard check.isGood else { throw damaged(check) }
    try partial.sync(partial.path)
    // Unlike a renaming, a link never replaces a file that somebody made meanwhile.
    guard link(partial.path, target) == 0 else {
      let code = errno
      guard code != EPERM, code != EOPNOTSUPP else {
        throw partial.refusal(
          "the file system of \(target) knows no hard links",
          "choose another one, and move the copy then")
      }
      throw partial.failure("name the copy \(target)", code)
    }
    try partial.sync(URL(fileURLWithPath: target).deletingLastPathComponent().path)
  }

  private func copyPages(to path: String) throws {
    var configuration = Configuration()
    configuration.readonly = true
    // It has a connection of its own, so that no reader or writer waits for it.
    let original = try DatabaseQueue(path: source, configuration: configuration)
    let copy = try DatabaseQueue(path: path)
    try copy.writeWithoutTransaction { copied in
      // One transaction for all steps: otherwise each commit of somebody else would begin the copy again.
      try original.read { db in
        guard try Schema.isThere(db) else { throw Schema.notAStore(source) }
        let size = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4_096
        try db.backup(to: copied, pagesPerStep: Self.step) { progress in
          onProgress(progress.completedPageCount * size, progress.totalPageCount * size)
        }
      }
    }
    try copy.close()
    try original.close()
  }

  /// Makes one file with an incarnation of its own out of the pages, and checks it.
  private func finish(_ path: String) throws -> StoreCheck {
    let copy = try DatabaseQueue(path: path)
    try copy.writeWithoutTransaction { db in
      // Whoever opens it for writing begins a write-ahead log again.
      _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
      try db.execute(
        sql: "UPDATE store SET incarnation = ?", arguments: [Incarnation.random().description])
    }
    let check = try copy.read { db in try SQLiteEventStore.check(db, .quick) }
    try copy.close()
    return check
  }

  private func damaged(_ check: StoreCheck) -> StoreError {
    let wrong =
      check.damage.first
      ?? check.counts.first.map {
        "\($0.name): \($0.kept) are kept in the counts, the rows say \($0.found)"
      }
    return StoreError(
      .unusable, operation: partial.operation, store: source,
      reason: "the copy is not whole (\(wrong ?? "")), so it is deleted",
      advice: "ask colisd store check whether the store itself is whole, and keep older backups")
  }
}

extension SQLiteEventStore {
  public func copy(
    to target: String, onProgress: @escaping @Sendable (Int, Int) -> Void
  ) async throws(StoreError) {
    let copy = StoreCopy(source: path, target: target, onProgress: onProgress)
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
