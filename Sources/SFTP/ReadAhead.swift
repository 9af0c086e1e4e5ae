/// Plans the reads of one file, and puts the answers in order. They may come in any order and shorter than asked.
///
/// It does no I/O. No more than `maximumWindow` bytes are asked for or in memory and not yet taken.
package struct ReadAhead: Sendable {
  package struct Ask: Sendable, Equatable {
    package let offset: UInt64
    package let length: UInt32
    /// If this is the rest of an ask with a short answer: how many bytes that answer had.
    var servedBefore: UInt32 = 0
  }

  /// Bytes came after the file's end: it is being written while it is read.
  package struct BytesBehindEnd: Error, Equatable {}

  package static let chunk: UInt32 = 32_768
  package static let segmentSize = 262_144
  package static let maximumWindow: UInt64 = 4 << 20

  private struct Segment {
    var bytes: [UInt8] = []
    var receivedCount = 0

    mutating func put(_ part: UnsafeRawBufferPointer, at position: Int) {
      receivedCount += part.count
      if position > bytes.count {
        bytes.append(contentsOf: repeatElement(0, count: position - bytes.count))
      }
      if position == bytes.count {
        bytes.append(contentsOf: part)
      } else {
        bytes.replaceSubrange(position..<min(bytes.count, position + part.count), with: part)
      }
    }
  }

  /// Up to here many asks are in flight; after it first a single one as a probe.
  private var knownSize: UInt64
  /// Where the file ends, by an answer of the server.
  package private(set) var end: UInt64?
  private var probe: UInt64?
  /// How many asks may be in flight after the known size, if bytes were found there.
  private var speculation = 0
  /// Everything up to here was asked for at least once.
  private var asked: UInt64 = 0
  private var rests: [Ask] = []
  private var inFlightCount = 0
  /// Handed out up to here.
  package private(set) var taken: UInt64 = 0
  /// No byte has come from here on.
  private var furthest: UInt64 = 0
  // A segment is handed out whole, so at least one must fit.
  private var window = 4 * UInt64(segmentSize)
  private var askLength = chunk
  private var segments: [Segment] = []
  private var firstSegment: UInt64 = 0

  /// - Parameter size: the expected size in bytes; 0 if it is unknown.
  package init(size: UInt64) { knownSize = size }

  /// Corrects the size when the attributes of the open file have come.
  package mutating func learn(size: UInt64) {
    if size > asked { probe = nil }
    knownSize = max(size, asked)
  }

  /// All bytes up to the end have come.
  package var hasAll: Bool { end != nil && inFlightCount == 0 && rests.isEmpty }

  /// All bytes up to the end have come and were taken.
  package var isComplete: Bool { hasAll && end == taken }

  /// How many bytes were asked for and not yet taken: they are in memory, or soon will be.
  package var heldBytes: UInt64 { min(asked, end ?? asked) - min(taken, end ?? taken) }

  /// Whether rests of short answers have to be asked for.
  package var hasRests: Bool { !rests.isEmpty }

  /// The next ask; nil if enough are in flight or everything was asked for.
  package mutating func nextAsk() -> Ask? {
    if let rest = rests.popLast() {
      inFlightCount += 1
      return rest
    }
    guard end == nil, asked < taken &+ window else { return nil }
    let length: UInt32
    if asked < knownSize {
      length = UInt32(min(UInt64(askLength), knownSize - asked))
    } else if probe == nil {
      probe = asked
      length = askLength
    } else if inFlightCount < speculation {
      length = askLength
    } else {
      return nil
    }
    // Offsets are signed on every server's file system.
    guard asked <= UInt64(Int64.max) - UInt64(length) else { return nil }
    let ask = Ask(offset: asked, length: length)
    asked += UInt64(length)
    inFlightCount += 1
    return ask
  }

  /// Takes the bytes that answer an ask; if there are too few, the rest is asked for again.
  package mutating func receive(
    _ ask: Ask, _ bytes: UnsafeRawBufferPointer
  ) throws(BytesBehindEnd) {
    inFlightCount -= 1
    let reached = ask.offset + UInt64(bytes.count)
    if let end, reached > end { throw BytesBehindEnd() }
    // The server has answered in parts, so it gives no more than that at a time.
    if ask.servedBefore > 0 { askLength = max(1024, min(askLength, ask.servedBefore)) }
    if let probe, ask.offset >= probe { speculation = min(128, max(1, speculation * 2)) }
    let wanted = min(ask.offset + UInt64(ask.length), end ?? .max)
    if reached < wanted {
      rests.append(
        Ask(
          offset: reached, length: UInt32(wanted - reached),
          servedBefore: UInt32(bytes.count)))
    }
    store(bytes, at: ask.offset)
    furthest = max(furthest, reached)
    window = min(Self.maximumWindow, window + UInt64(bytes.count))
  }

  /// Takes the answer "end of file" to an ask.
  package mutating func receiveEnd(_ ask: Ask) throws(BytesBehindEnd) {
    inFlightCount -= 1
    end = min(end ?? ask.offset, ask.offset)
    rests.removeAll { $0.offset >= ask.offset }
    if furthest > ask.offset { throw BytesBehindEnd() }
  }

  /// The next bytes of the file; nil if they have not come yet or there are no more.
  package mutating func takeSegment() -> [UInt8]? {
    guard let first = segments.first else { return nil }
    let start = firstSegment * UInt64(Self.segmentSize)
    let full = end.map { min(UInt64(Self.segmentSize), $0 - min($0, start)) }
    let wanted = full ?? UInt64(Self.segmentSize)
    guard wanted > 0, UInt64(first.receivedCount) >= wanted else { return nil }
    segments.removeFirst()
    firstSegment += 1
    taken += UInt64(first.bytes.count)
    return first.bytes
  }

  /// Pieces lie within one chunk, but a chunk may lie across two segments.
  private mutating func store(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) {
    var offset = offset
    var bytes = bytes[...]
    while !bytes.isEmpty {
      let index = Int(offset / UInt64(Self.segmentSize) - firstSegment)
      let position = Int(offset % UInt64(Self.segmentSize))
      let part = bytes.prefix(Self.segmentSize - position)
      while segments.count <= index { addSegment() }
      segments[index].put(UnsafeRawBufferPointer(rebasing: part), at: position)
      bytes = bytes.dropFirst(part.count)
      offset += UInt64(part.count)
    }
  }

  /// Reserves just enough room, so that a small file needs little memory and a big one is not copied.
  private mutating func addSegment() {
    let start = (firstSegment + UInt64(segments.count)) * UInt64(Self.segmentSize)
    let left = knownSize - min(knownSize, start)
    var segment = Segment()
    segment.bytes.reserveCapacity(Int(min(UInt64(Self.segmentSize), left)))
    segments.append(segment)
  }
}
