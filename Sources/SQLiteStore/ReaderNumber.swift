import GRDB
import Glibc
import ParcelStore

/// The number by which an open store marks the files in the ledger that it is reading. It holds a
/// lock on the part of the lock file that belongs to the number, until the store is closed or the
/// process ends: so others see whether it is still there.
///
/// So of two processes that read one file the second is refused, and its rows count once. A file
/// that a killed process was reading is free at once.
final class ReaderNumber: Sendable {
  let value: Int64
  private let file: LockFile

  /// The parts of the lock file before it are for `WriteTurn`.
  private static let first: Int64 = 16

  init(_ file: LockFile) throws(StoreError) {
    self.file = file
    // If two draw the same number, the second does not get the lock.
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

  /// A program that this process is just starting has the file too until it runs, and would keep the lock.
  deinit { Self.lock(of: value, in: file).giveBack() }

  private static func lock(of value: Int64, in file: LockFile) -> RangeLock {
    RangeLock(descriptor: file.descriptor, start: (first + value) * RangeLock.span)
  }

  /// The other process that has a number, in the words of a message; nil: no process has it any
  /// more, or this one has it.
  func other(_ value: Int64) -> String? {
    guard value != self.value else { return nil }
    return Self.lock(of: value, in: file).holder.map { "process \($0)" }
  }
}
