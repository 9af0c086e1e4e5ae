/// The places of every separator, line feed and quote in a buffer, found 32 bytes at a time.
///
/// The list of places is all that the parser needs to cut lines and fields, so each byte of a file is
/// looked at once.
struct SeparatorScan {
  private(set) var places: [UInt32] = []
  private(set) var count = 0
  private(set) var sawQuote = false
  private(set) var sawNUL = false

  /// How many bytes behind the scanned ones must be readable.
  static let padding = 64

  /// - Parameters:
  ///   - bytes: `length` bytes with `padding` readable ones behind them.
  ///   - quote: nil where the layout knows no quoting.
  mutating func scan(
    _ bytes: UnsafeRawPointer, length: Int, separator: UInt8, quote: UInt8?
  ) {
    // One place a byte is the worst case, and 32 may be written beyond the last block's own.
    if places.count < length + 32 {
      places = [UInt32](repeating: 0, count: length + 32)
    }
    var found = 0
    var quotes: UInt32 = 0
    var nuls: UInt32 = 0
    let separators = SIMD32<UInt8>(repeating: separator)
    let lineFeeds = SIMD32<UInt8>(repeating: lineFeed)
    let quoteMarks = SIMD32<UInt8>(repeating: quote ?? lineFeed)
    let zero = SIMD32<UInt8>(repeating: 0)
    let hasQuote = quote != nil
    places.withUnsafeMutableBufferPointer { places in
      var offset = 0
      while offset < length {
        let block = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD32<UInt8>.self)
        var hits = bitmask((block .== separators) .| (block .== lineFeeds))
        var quoteHits = hasQuote ? bitmask(block .== quoteMarks) : 0
        var nulHits = bitmask(block .== zero)
        if offset + 32 > length {
          let inside = (UInt32(1) << UInt32(length - offset)) &- 1
          hits &= inside
          quoteHits &= inside
          nulHits &= inside
        }
        quotes |= quoteHits
        nuls |= nulHits
        hits |= quoteHits
        while hits != 0 {
          places[found] = UInt32(truncatingIfNeeded: offset &+ hits.trailingZeroBitCount)
          found &+= 1
          hits &= hits &- 1
        }
        offset &+= 32
      }
    }
    count = found
    sawQuote = quotes != 0
    sawNUL = nuls != 0
  }
}

let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")

/// One bit a lane, the first lane in the lowest bit; plain Swift, so every processor has it.
@inline(__always)
private func bitmask(_ mask: SIMDMask<SIMD32<Int8>>) -> UInt32 {
  // A mask has all bits of a lane set or none, and both types are 32 bytes of plain data.
  let words = unsafeBitCast(mask, to: SIMD4<UInt64>.self) & 0x8080_8080_8080_8080
  let gathered = (words &* 0x0002_0408_1020_4081) &>> 56
  return UInt32(truncatingIfNeeded: gathered[0]) | UInt32(truncatingIfNeeded: gathered[1]) << 8
    | UInt32(truncatingIfNeeded: gathered[2]) << 16 | UInt32(truncatingIfNeeded: gathered[3]) << 24
}
