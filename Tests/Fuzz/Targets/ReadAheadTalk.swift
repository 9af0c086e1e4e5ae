import SFTP

/// A server that answers the reads of one file in any order and as short as the input says, and may
/// say that the file ends where it does not.
///
/// Input: three bytes for the file's size, one for the size that was announced, then one or two bytes
/// a step. When they are used up the rest is answered in order.
struct ReadAheadTalk {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    var input = FuzzInput(bytes)
    let size = (Int(input.byte()) << 12 | Int(input.byte()) << 4 | Int(input.byte())) % 700_000
    let announcement = input.byte()
    var talk = ReadAheadTalk(size: size, announcement: announcement)
    while !input.isEmpty, try talk.isOpen {
      try talk.step(input.byte(), input.byte())
    }
    var steps = 0
    while try talk.isOpen {
      steps += 1
      try promise(steps < 20_000, "reading never ends")
      try talk.step(0, 0)
    }
    try talk.check()
  }

  private let size: Int
  private var reader: ReadAhead
  private var open: [ReadAhead.Ask] = []
  private var taken = 0
  /// Where the server said that the file ends.
  private var saidEnd: Int?
  private var hasLied = false
  private var hasEnded = false

  private init(size: Int, announcement: UInt8) {
    self.size = size
    let sizes: [Int] = [size, 0, size / 2, size + 50_000, 1 << 62, Int(announcement)]
    reader = ReadAhead(size: UInt64(sizes[Int(announcement) % sizes.count]))
  }

  private static func content(_ place: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: place &* 31 &+ place >> 8)
  }

  /// Asks for all there is to ask.
  private var isOpen: Bool {
    mutating get throws(BrokenPromise) {
      guard !hasEnded, !reader.isComplete else { return false }
      while let ask = reader.nextAsk() {
        try promise(
          ask.length > 0 && ask.offset < reader.taken + ReadAhead.maximumWindow, "asks \(ask)")
        open.append(ask)
      }
      let most = ReadAhead.maximumWindow + UInt64(ReadAhead.chunk)
      try promise(reader.heldBytes <= most, "\(reader.heldBytes) bytes are held")
      return true
    }
  }

  private mutating func step(_ kind: UInt8, _ amount: UInt8) throws(BrokenPromise) {
    if kind & 0x80 != 0 { reader.learn(size: UInt64(kind & 0x40 == 0 ? size : Int(amount) << 10)) }
    if kind & 3 == 2 || open.isEmpty || reader.hasAll {
      try takeSegments()
      guard !open.isEmpty else { return }
    }
    let ask = open.remove(at: Int(kind >> 2 & 0x0f) % open.count)
    let left = size - min(size, Int(clamping: ask.offset))
    do {
      if left == 0 || kind & 0x43 == 0x43 {
        if left > 0 { hasLied = true }
        saidEnd = min(saidEnd ?? .max, Int(clamping: ask.offset))
        try reader.receiveEnd(ask)
      } else {
        let most = min(left, Int(ask.length))
        let count = kind & 3 == 1 ? 1 + Int(amount) * 97 % most : most
        let start = Int(ask.offset)
        let bytes = (start..<start + count).map(Self.content)
        // An untyped error on the way: Swift 6.3.1 crashes on a typed one through this closure.
        try bytes.withUnsafeBytes { bytes throws(any Error) in try reader.receive(ask, bytes) }
      }
    } catch {
      try promise(hasLied, "an honest server is not believed")
      hasEnded = true
    }
  }

  private mutating func takeSegments() throws(BrokenPromise) {
    while let segment = reader.takeSegment() {
      try promise(
        segment.enumerated().allSatisfy { $1 == Self.content(taken + $0) },
        "other bytes than the file's, within \(segment.count) at \(taken)")
      taken += segment.count
      try promise(taken == Int(reader.taken), "the count of what was taken is wrong")
    }
  }

  private mutating func check() throws(BrokenPromise) {
    guard !hasEnded else { return }
    try takeSegments()
    try promise(open.isEmpty, "\(open.count) answers are not waited for")
    try promise(taken == saidEnd, "\(taken) bytes were read, up to \(String(describing: saidEnd))")
    if !hasLied { try promise(taken == size, "\(taken) bytes of \(size) were read") }
  }
}
