import GRDB
import Glibc
import ParcelStore

/// The number by which an open store says in the ledger which files it reads. A lock on a place of the
/// lock file that belongs to the number tells others that it lives, until the process ends.
///
/// So of two processes that read one file the second is refused, and the rows count once; and a file
/// that a killed one was reading is free at once.
final class ReaderNumber: Sendable {
  let value: Int64
  private let file: LockFile

  /// Above the places of the turn.
  private static let first: Int64 = 16

  init(_ file: LockFile) throws(StoreError) {
    self.file = file
    // Two that draw the same number are told by the lock.
    for _ in 0..<100 {
      let value = Int64.random(in: 1...1 << 32)
      let code = Self.lock(of: value, in: file).tryToTake()
      if code == 0 {
        self.value = value
        return
      }
      guard code == EAGAIN || code == EACCES else { throw RangeLock.refused(code, in: file) }
    }
    throw RangeLock.refused(EAGAIN, in: file)
  }

  private static func lock(of value: Int64, in file: LockFile) -> RangeLock {
    RangeLock(descriptor: file.descriptor, start: (first + value) * RangeLock.span)
  }

  /// Which other process has a number, as a message names it; nil: nobody has it any more, or it is this
  /// one.
  func other(_ value: Int64) -> String? {
    guard value != self.value else { return nil }
    return Self.lock(of: value, in: file).holder.map { "process \($0)" }
  }
}
