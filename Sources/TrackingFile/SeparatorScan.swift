import CSIMD

/// Finds every separator, line feed and quote in a buffer, 64 bytes at a time.
///
/// The parser cuts lines and fields by the list of these places and looks at no byte again.
struct SeparatorScan: ~Copyable {
  /// Offsets in the buffer; the first `count` are valid. `places[-1]` is the greatest `UInt32`, so that
  /// `places[-1] &+ 1` is 0: as if a line feed stood just before the buffer.
  private(set) var places: UnsafeMutablePointer<UInt32>
  private(set) var count = 0
  /// Whether the buffer has quotes; if so, `places` has them, too.
  private(set) var hasQuotes = false
  /// Whether there may be a NUL byte, or a carriage return before anything but a line feed.
  private(set) var sawOddByte = false
  /// Whether the previous buffer had carriage returns.
  private var hasReturns = false

  private var capacity = 0

  /// How many bytes after the scanned ones must be readable memory; their values don't matter.
  static let padding = 64

  init() { places = Self.allocate(0) }

  deinit { (places - 1).deallocate() }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt32> {
    let memory = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity + 1)
    memory.initialize(to: .max)
    return memory + 1
  }

  /// - Parameters:
  ///   - bytes: `length` bytes, and after them `padding` readable ones.
  ///   - quote: nil where the layout has no quotes.
  mutating func scan(
    _ bytes: UnsafeRawPointer, length: Int, separator: UInt8, quote: UInt8?
  ) {
    // Places have 32 bits. `run` computes offsets of up to one block after the end.
    precondition(length < Int(UInt32.max) - 2 * Self.padding, "more than a batch can have")
    // In the worst case every byte is a place, and `run` writes a few entries more than it finds.
    if capacity < length + Self.padding {
      (places - 1).deallocate()
      capacity = length + Self.padding
      places = Self.allocate(capacity)
    }
    // Most files have quotes either everywhere or nowhere, and only one kind of line end. So try first what
    // fits the previous buffer.
    let buffer = UnsafeRawBufferPointer(start: bytes, count: length)
    if hasQuotes || runPlain(buffer, separator, quote) {
      hasQuotes = runQuoted(buffer, separator, quote)
    }
  }

  // `runPlain` and `runQuoted` differ in one constant only, so that the compiler makes a special loop for
  // each. One function with a parameter took 6 % more instructions for quoted files.
  private mutating func runPlain(
    _ buffer: UnsafeRawBufferPointer, _ separator: UInt8, _ quote: UInt8?
  ) -> Bool {
    if !hasReturns {
      let found = run(buffer, separator, quote, findsQuotes: false, knowsReturns: false)
      guard sawOddByte else { return found }
    }
    return run(buffer, separator, quote, findsQuotes: false, knowsReturns: true)
  }

  private mutating func runQuoted(
    _ buffer: UnsafeRawBufferPointer, _ separator: UInt8, _ quote: UInt8?
  ) -> Bool {
    if !hasReturns {
      let found = run(buffer, separator, quote, findsQuotes: true, knowsReturns: false)
      guard sawOddByte else { return found }
    }
    return run(buffer, separator, quote, findsQuotes: true, knowsReturns: true)
  }

  /// - Parameters:
  ///   - findsQuotes: whether to put quotes into `places`, which takes a third longer.
  ///   - knowsReturns: true: a carriage return sets `sawOddByte` only if no line feed follows it; false: every
  ///     one does, which is faster.
  /// - Returns: whether there is a quote in the buffer.
  @inline(__always)
  private mutating func run(
    _ buffer: UnsafeRawBufferPointer, _ separator: UInt8, _ quote: UInt8?, findsQuotes: Bool,
    knowsReturns: Bool
  ) -> Bool {
    // The address of an empty buffer may be nil.
    guard let bytes = buffer.baseAddress else { return false }
    let length = buffer.count
    let separators = Block(repeating: separator)
    let lineFeeds = Block(repeating: lineFeed)
    let quotes = Block(repeating: quote ?? lineFeed)
    let zero = Block(repeating: 0)
    let carriageReturns = Block(repeating: carriageReturn)
    let places = places
    var quoteLanes = Lanes(repeating: false)
    var oddLanes = Lanes(repeating: false)
    // The same for carriage returns, but with one bit per byte; `isAfterReturn` is 1 if the last byte of the
    // previous half block was one.
    var oddReturns: UInt32 = 0
    var anyReturns: UInt32 = 0
    var isAfterReturn: UInt32 = 0

    @inline(__always)
    func hits(_ offset: Int) -> UInt64 {
      var block = bytes.loadUnaligned(fromByteOffset: offset, as: Block.self)
      if offset &+ 32 > length { Self.clear(&block, from: max(0, length &- offset)) }
      let isQuote = block .== quotes
      quoteLanes .|= isQuote
      let isLineFeed = block .== lineFeeds
      if knowsReturns {
        oddLanes .|= block .== zero
        let returns = bitmask(block .== carriageReturns)
        anyReturns |= returns
        oddReturns |= (returns << 1 | isAfterReturn) & ~bitmask(isLineFeed)
        isAfterReturn = returns >> 31
      } else {
        oddLanes .|= (block .== zero) .| (block .== carriageReturns)
      }
      var lanes = (block .== separators) .| isLineFeed
      if findsQuotes { lanes .|= isQuote }
      return UInt64(bitmask(lanes))
    }

    // How many places a block of a usual file has, more or less.
    let burst = findsQuotes ? 16 : 8
    var found = 0
    var offset = 0
    while offset < length {
      var hits = hits(offset) | hits(offset &+ 32) << 32
      let end = found &+ hits.nonzeroBitCount
      repeat {
        // Always writes a whole burst, even if fewer places are left: a check for each place would be
        // mispredicted once per block, which costs more than useless writes.
        // The conversion to 32 bits loses nothing, as `scan` has checked the length.
        for index in 0..<burst {
          places[found &+ index] = UInt32(
            truncatingIfNeeded: offset &+ hits.trailingZeroBitCount)
          hits &= hits &- 1
        }
        found &+= burst
      } while found < end
      found = end
      offset &+= 64
    }
    count = found
    if knowsReturns { hasReturns = anyReturns != 0 }
    sawOddByte = bitmask(oddLanes) | oddReturns | isAfterReturn != 0
    return quote != nil && bitmask(quoteLanes) != 0
  }

  /// Overwrites the bytes after the end of the buffer, so that nothing is found there.
  private static func clear(_ block: inout Block, from lane: Int) {
    for lane in lane..<32 { block[lane] = nothing }
  }

  /// No separator, quote or line feed, for these are ASCII.
  private static let nothing: UInt8 = 0xff
}

private typealias Block = SIMD32<UInt8>
private typealias Lanes = SIMDMask<SIMD32<Int8>>

let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")

/// A mask as one bit per lane; the first lane is the lowest bit.
@inline(__always)
private func bitmask(_ lanes: Lanes) -> UInt32 {
  // A mask has all bits of a lane set or none, and both types are 32 bytes of plain data.
  #if arch(x86_64)
    let halves = unsafeBitCast(lanes, to: SIMD4<Int64>.self)
    return UInt32(bitPattern: _mm_movemask_epi8(halves.lowHalf))
      | UInt32(bitPattern: _mm_movemask_epi8(halves.highHalf)) << 16
  #else
    let words = unsafeBitCast(lanes, to: SIMD4<UInt64>.self) & 0x8080_8080_8080_8080
    let gathered = (words &* 0x0002_0408_1020_4081) &>> 56
    return UInt32(gathered[0]) | UInt32(gathered[1]) << 8 | UInt32(gathered[2]) << 16
      | UInt32(gathered[3]) << 24
  #endif
}
