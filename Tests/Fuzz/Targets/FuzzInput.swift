/// The bytes of one run, taken from the front.
struct FuzzInput {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isEmpty: Bool { rest.isEmpty }

  /// The next byte; 0 when there is none.
  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  mutating func bytes(_ count: Int) -> ArraySlice<UInt8> {
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// What stands before and after a line of `===`; the second part is nil without one.
  var parts: (ArraySlice<UInt8>, ArraySlice<UInt8>?) {
    let mark = Array("\n===\n".utf8)
    guard rest.count >= mark.count else { return (rest, nil) }
    for start in rest.startIndex...rest.endIndex - mark.count
    where rest[start] == mark[0] && rest[start..<start + mark.count].elementsEqual(mark) {
      return (rest[..<(start + 1)], rest[(start + mark.count)...])
    }
    return (rest, nil)
  }

  /// A fuzzer's inputs are small, and faults of size want big ones. So what stands between the bytes
  /// 1E and 1F counts several times: behind 1E comes a digit *d*, and what follows it up to 1F is
  /// there 4^d times. Both bytes are control characters that no text of ours may hold.
  static func expanded(
    _ bytes: some Collection<UInt8>, atMost largest: Int = largestFile
  ) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Array(bytes)[...]
    while let byte = rest.popFirst() {
      guard byte == 0x1e, let digit = rest.first, (0x30...0x39).contains(digit) else {
        result.append(byte)
        continue
      }
      rest.removeFirst()
      let end = rest.firstIndex(of: 0x1f) ?? rest.endIndex
      let body = rest[..<end]
      rest = rest[end...].dropFirst()
      guard !body.isEmpty else { continue }
      let room = max(0, largest - result.count) / body.count
      for _ in 0..<min(room, 1 << (2 * Int(digit - 0x30))) { result += body }
    }
    return result
  }

  /// Nearly as much as a file of the configuration may have.
  static let largestFile = 65_000
}

/// Cuts bytes into pieces whose sizes follow from a seed: the same for the same seed.
struct Cuts: Sequence, IteratorProtocol {
  private var rest: ArraySlice<UInt8>
  private var state: UInt32
  private let longest: UInt32

  /// - Parameter seed: the lower two bits say how long a piece is at most.
  init(_ bytes: ArraySlice<UInt8>, seed: UInt8) {
    rest = bytes
    state = UInt32(seed) &* 2_654_435_761 | 1
    longest = [3, 40, 700, 20_000][Int(seed & 3)]
  }

  mutating func next() -> ArraySlice<UInt8>? {
    guard !rest.isEmpty else { return nil }
    // xorshift32
    state ^= state << 13
    state ^= state >> 17
    state ^= state << 5
    let size = Int(1 + state % longest)
    defer { rest = rest.dropFirst(size) }
    return rest.prefix(size)
  }
}
