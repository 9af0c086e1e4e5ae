import Glibc

/// The seed for hashes of outside data. It is random in each process, so that nobody can prepare a
/// file whose texts all have the same hash. Tables keep a copy of it, because each access to a
/// global checks whether it is initialized.
package let processSeed = UInt64.random(in: .min ... .max)

/// A quick hash of a few bytes. With the process's seed it differs from process to process, so it
/// must never be stored.
///
/// - Parameter seed: `processSeed`, or the hash of the bytes before.
@inlinable
@inline(__always)
package func foldedHash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
  let count = bytes.count
  var hash = seed ^ UInt64(count)
  guard let start = bytes.baseAddress, count > 0 else { return fold(hash) }
  func word(_ offset: Int) -> UInt64 {
    start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }
  func half(_ offset: Int) -> UInt64 {
    UInt64(start.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
  if count >= 8 {
    var offset = 0
    while offset + 8 < count {
      hash = fold(hash ^ word(offset))
      offset += 8
    }
    // The last eight bytes may overlap those before.
    return fold(hash ^ word(count - 8))
  }
  if count >= 4 { return fold(hash ^ half(0) ^ half(count - 4) << 32) }
  let (first, middle, last) = (bytes[0], bytes[count / 2], bytes[count - 1])
  return fold(hash ^ UInt64(first) ^ UInt64(middle) << 8 ^ UInt64(last) << 16)
}

/// Folds a word by the full product of two words.
@inlinable
@inline(__always)
package func fold(_ word: UInt64) -> UInt64 {
  let product = word.multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
  return product.high ^ product.low ^ word >> 29
}

/// The slot of a hash in a table: its low bits. The others are dropped on purpose.
/// - Parameter count: how many slots the table has, a power of two.
@inlinable
@inline(__always)
package func tablePlace(of hash: UInt64, among count: Int) -> Int {
  Int(truncatingIfNeeded: hash) & (count - 1)
}

/// Whether two runs of the same length have the same bytes.
@inlinable
@inline(__always)
package func haveEqualBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool
{
  guard let first = left.baseAddress, let second = right.baseAddress else { return true }
  return memcmp(first, second, right.count) == 0
}
