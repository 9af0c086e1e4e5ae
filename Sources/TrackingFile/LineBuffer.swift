/// The memory that a batch's records point into.
///
/// The reader writes to it only while nobody else holds it, so batches may go to other threads:
/// hence unchecked.
final class LineBuffer: @unchecked Sendable {
  let start: UnsafeMutableRawPointer

  init(capacity: Int) { start = .allocate(byteCount: capacity, alignment: 64) }

  deinit { start.deallocate() }
}
