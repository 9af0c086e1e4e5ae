import Synchronization

/// Names of files in a folder that are still being written, as the events of the folder show. Such a file is
/// not complete yet.
final class UnfinishedFiles: Sendable {
  /// Whether anything was seen to be written to it; a file that was linked into place has bytes without a write.
  private let names = Mutex<[[UInt8]: Bool]>([:])

  /// Bytes, as the system has them.
  var all: [[UInt8]] { names.withLock { Array($0.keys) } }

  func contains(_ name: [UInt8]) -> Bool { names.withLock { $0[name] != nil } }

  func isMade(_ name: [UInt8]) { names.withLock { $0[name] = $0[name] ?? false } }
  func isWritten(_ name: [UInt8]) { names.withLock { $0[name] = true } }
  func isFinished(_ name: [UInt8]) { names.withLock { $0[name] = nil } }

  /// Whether it was made and no write to it was seen.
  func isOnlyMade(_ name: [UInt8]) -> Bool { names.withLock { $0[name] == false } }

  /// Forgets all of them, because events were lost.
  func reset() { names.withLock { $0 = [:] } }
}
