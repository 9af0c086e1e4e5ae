/// The memory with the bytes of a batch.
///
/// The reader writes to it only while nobody else has a reference. So a batch may go to another thread although
/// the compiler can't check that.
final class LineBuffer: @unchecked Sendable {
  let start: UnsafeMutableRawPointer

  init(capacity: Int) { start = .allocate(byteCount: capacity, alignment: 64) }

  deinit { start.deallocate() }
}
