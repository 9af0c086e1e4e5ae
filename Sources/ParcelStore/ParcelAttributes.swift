import TrackingFile

/// Where a row's order reference, postcode and country stand among a batch's texts: three lengths,
/// then the three texts.
package struct ParcelAttributes {
  package var order: ByteRange
  package var postcode: ByteRange
  package var country: ByteRange

  /// The three texts' lengths, two bytes each.
  @usableFromInline static let head = 6

  /// Reads the lengths at an offset.
  @inline(__always)
  @inlinable
  package init(at place: UInt32, in texts: UnsafeRawBufferPointer) {
    func length(_ index: Int) -> Int {
      Int(texts.loadUnaligned(fromByteOffset: Int(place) + 2 * index, as: UInt16.self))
    }
    order = ByteRange(start: Int(place) + Self.head, count: length(0))
    postcode = ByteRange(start: order.offsets.upperBound, count: length(1))
    country = ByteRange(start: postcode.offsets.upperBound, count: length(2))
  }

  /// All of it, lengths included.
  @inlinable
  @inline(__always)
  package var whole: ByteRange {
    ByteRange(
      start: order.offsets.lowerBound - Self.head,
      count: country.offsets.upperBound - order.offsets.lowerBound + Self.head)
  }

  /// Writes the three texts; a field is never longer than `Layout.longestField`.
  @inline(__always)
  static func append(
    _ order: UnsafeRawBufferPointer, _ postcode: UnsafeRawBufferPointer,
    _ country: UnsafeRawBufferPointer, to texts: inout [UInt8]
  ) {
    let lengths = (UInt16(order.count), UInt16(postcode.count), UInt16(country.count))
    withUnsafeBytes(of: lengths) { texts.append(contentsOf: $0) }
    texts.append(contentsOf: order)
    texts.append(contentsOf: postcode)
    texts.append(contentsOf: country)
  }

  /// The digest of a row that has none of the three.
  package static let emptyDigest = {
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    return digest(nothing, nothing, nothing, seed: processSeed)
  }()

  /// A digest that shows whether order, postcode or country have changed. It depends on the
  /// process's seed, so it must never be stored.
  @inline(__always)
  package static func digest(
    _ order: UnsafeRawBufferPointer, _ postcode: UnsafeRawBufferPointer,
    _ country: UnsafeRawBufferPointer, seed: UInt64
  ) -> UInt32 {
    let hash = foldedHash(
      country, seed: foldedHash(postcode, seed: foldedHash(order, seed: seed)))
    return UInt32((hash ^ hash >> 32) & 0xffff_ffff)
  }
}
