import Crypto
import ParcelStore

/// What a range of a table has, in short: two stores with the same digest have the same rows there.
struct RangeDigest: Equatable, Sendable {
  var rows = 0
  var sum: [UInt8] = []

  /// Sums up rows as they come.
  struct Collector: Sendable {
    private var rows = 0
    private var hash = SHA256()

    init() {}

    mutating func add(_ more: CopiedRows) {
      rows += more.count
      more.bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }

    func digest() -> RangeDigest { RangeDigest(rows: rows, sum: Array(hash.finalize())) }
  }
}
