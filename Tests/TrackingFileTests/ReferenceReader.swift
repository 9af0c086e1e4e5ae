import TrackingFile

/// Reads a delimited file a byte at a time, as plainly as the rules can be written: what the fast
/// reader is compared with.
struct ReferenceReader {
  /// What one data line of the file is.
  enum Line: Hashable {
    case record(line: Int, fields: [[UInt8]])
    case malformed(line: Int, reason: MalformedLine.Reason)
  }

  private let bytes: [UInt8]
  private var place: Int
  private var line = 2

  /// - Parameter bytes: a file whose first line is the header.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    place = (bytes.firstIndex(of: 0x0a) ?? bytes.count - 1) + 1
  }

  /// All data lines, cut into `fieldCount` fields each.
  mutating func read(fieldCount: Int) -> [Line] {
    var lines: [Line] = []
    while place < bytes.count {
      let start = line
      switch cut() {
      case .blank: break
      case .bad(let reason): lines.append(.malformed(line: start, reason: reason))
      case .fields(let fields, let raw):
        if raw.count > Layout.longestLine {
          lines.append(.malformed(line: start, reason: .lineTooLong))
        } else if raw.contains(0) {
          lines.append(.malformed(line: start, reason: .nulByte))
        } else if fields.count != fieldCount {
          lines.append(.malformed(line: start, reason: .fieldCount))
        } else {
          lines.append(.record(line: start, fields: fields))
        }
      }
    }
    return lines
  }

  private enum Cut {
    case blank
    case bad(MalformedLine.Reason)
    case fields([[UInt8]], raw: [UInt8])
  }

  private enum State { case fieldStart, plain, quoted, quoteSeen, behindQuote }

  /// Cuts the record at `place`, or the physical line there where it is no record.
  private mutating func cut() -> Cut {
    let start = place
    var state = State.fieldStart
    var fields: [[UInt8]] = []
    var field: [UInt8] = []
    var hasTextBehindQuote = false
    var lineFeeds = 0
    var index = start

    func isTooLong(_ end: Int) -> Bool { end - start > Layout.longestLine }

    while true {
      let isEnd = index >= bytes.count
      let byte = isEnd ? 0x0a : bytes[index]
      if state == .quoted || state == .quoteSeen {
        if state == .quoteSeen {
          if !isEnd, byte == 0x22 {
            field.append(byte)
            state = .quoted
            index += 1
            continue
          }
          state = .behindQuote
        } else if isEnd {
          return giveUp(.quoteNotClosed)
        } else {
          if byte == 0x0a {
            lineFeeds += 1
            if isTooLong(index) || lineFeeds >= Layout.mostLinesOfRecord {
              return giveUp(.quoteNotClosed)
            }
          }
          if byte == 0x22 { state = .quoteSeen } else { field.append(byte) }
          index += 1
          continue
        }
      }
      if byte == 0x3b || byte == 0x0a {
        if byte == 0x0a, field.last == 0x0d, state != .behindQuote { field.removeLast() }
        fields.append(Self.trimmed(field))
        field = []
        state = .fieldStart
        guard byte == 0x0a else {
          index += 1
          continue
        }
        break
      }
      switch state {
      case .fieldStart where byte == 0x22:
        field = []
        state = .quoted
      case .fieldStart:
        field.append(byte)
        if byte != 0x20, byte != 0x09 { state = .plain }
      case .behindQuote:
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0x0a
        let isLineEnd = byte == 0x0d && next == 0x0a
        if byte != 0x20, byte != 0x09, !isLineEnd { hasTextBehindQuote = true }
      default:
        field.append(byte)
      }
      index += 1
    }

    if lineFeeds > 0, isTooLong(index) { return giveUp(.quoteNotClosed) }
    if hasTextBehindQuote { return giveUp(.textAfterQuote) }
    var raw = Array(bytes[start..<index])
    if raw.last == 0x0d { raw.removeLast() }
    place = index + 1
    line += lineFeeds + 1
    return fields.count == 1 && Self.trimmed(raw).isEmpty ? .blank : .fields(fields, raw: raw)
  }

  /// Takes the physical line alone as malformed.
  private mutating func giveUp(_ reason: MalformedLine.Reason) -> Cut {
    let end = bytes[place...].firstIndex(of: 0x0a) ?? bytes.count
    var raw = bytes[place..<end]
    if raw.last == 0x0d { raw.removeLast() }
    place = end + 1
    line += 1
    return .bad(raw.count > Layout.longestLine ? .lineTooLong : reason)
  }

  private static func trimmed(_ field: [UInt8]) -> [UInt8] {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    let head = field.drop(while: isBlank)
    return Array(
      head.prefix((head.lastIndex { !isBlank($0) } ?? head.startIndex - 1) + 1 - head.startIndex))
  }
}
