import Foundation
import ParcelStore

/// The file in which a copy of a store is made before it gets its name. Whoever makes it holds a lock on it, so
/// that one that a killed run has left is told from one that is being made.
struct PartialCopy {
  /// Where the copy will be.
  let copy: String
  /// The store that is copied.
  let source: String

  var path: String { copy + ".partial" }

  var operation: String { "copy to \(copy)" }

  /// Makes an empty file of mode 0600, because recipients' data will stand in it, or empties one that was left.
  /// - Returns: the descriptor that holds the lock.
  func claim() throws(StoreError) -> Int32 {
    for _ in 0..<10 {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { throw failure("make \(path)", errno) }
      do throws(StoreError) {
        if try isOurs(descriptor) { return descriptor }
      } catch {
        giveBack(descriptor)
        throw error
      }
      giveBack(descriptor)
    }
    throw refusal("\(path) changes again and again", "give another name")
  }

  /// Lets go of the lock, too: a program that this process is just starting has the file until it runs, and would
  /// keep it.
  func giveBack(_ descriptor: Int32) {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// - Returns: false when the file has another name, or none any more; it is then unlinked.
  private func isOurs(_ descriptor: Int32) throws(StoreError) -> Bool {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw refusal("\(path) is being made by another process", "wait for it, or give another name")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("look at \(path)", errno) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else {
      throw refusal(
        "there is \(path), which is no file of this user", "give another name, or take it away")
    }
    // A finished copy that lost its second name to a kill: emptying it would empty that copy.
    guard status.st_nlink == 1 else {
      if status.st_nlink > 1 { unlink(path) }
      return false
    }
    guard fchmod(descriptor, 0o600) == 0, ftruncate(descriptor, 0) == 0 else {
      throw failure("empty \(path)", errno)
    }
    // What belongs to the pages that were in it would be taken for part of the new ones.
    removeSidecars()
    return true
  }

  func remove() {
    unlink(path)
    removeSidecars()
  }

  private func removeSidecars() {
    for end in ["-journal", "-wal", "-shm"] { unlink(path + end) }
  }

  func sync(_ path: String) throws(StoreError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open \(path)", errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("write \(path) to disk", errno) }
  }

  func refusal(_ reason: String, _ advice: String) -> StoreError {
    StoreError(.denied, operation: operation, store: source, reason: reason, advice: advice)
  }

  func failure(_ step: String, _ code: Int32) -> StoreError {
    let isFull = code == ENOSPC || code == EDQUOT
    return StoreError(
      isFull ? .full : .denied, operation: operation, store: source,
      reason: "cannot \(step): \(String(cString: strerror(code)))",
      advice: isFull
        ? "make room there" : "check that the folder exists and that this user may write there")
  }
}
