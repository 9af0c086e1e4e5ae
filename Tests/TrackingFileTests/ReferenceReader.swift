import Carrier
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
      switch cut(fieldCount) {
      case .lines(let texts):
        for (offset, text) in texts.enumerated() where !Self.trimmed(Array(text)).isEmpty {
          lines.append(.malformed(line: start + offset, reason: .quoteNotClosed))
        }
      case .blank: break
      case .bad(let reason): lines.append(.malformed(line: start, reason: reason))
      case .fields(let fields, let raw):
        if raw.count > Layout.longestLine {
          lines.append(.malformed(line: start, reason: .lineTooLong))
        } else if raw.contains(0) {
          lines.append(.malformed(line: start, reason: .nulByte))
        } else if Self.hasLoneCarriageReturn(raw) {
          lines.append(.malformed(line: start, reason: .carriageReturn))
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
    /// Lines that are no record together.
    case lines([ArraySlice<UInt8>])
    case bad(MalformedLine.Reason)
    case fields([[UInt8]], raw: [UInt8])
  }

  private enum State { case fieldStart, plain, quoted, quoteSeen, behindQuote }

  /// Cuts the record at `place`, or the physical line there where it is no record.
  private mutating func cut(_ fieldCount: Int) -> Cut {
    let start = place
    var state = State.fieldStart
    var fields: [[UInt8]] = []
    var field: [UInt8] = []
    var hasTextBehindQuote = false
    var behindQuote: [UInt8] = []
    // Where each line feed and separator stands, and whether it is text.
    var ends: [(place: Int, isText: Bool)] = []
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
            ends.append((index, true))
            if isTooLong(index) || lineFeeds >= Layout.mostLinesOfRecord {
              return giveUp(.quoteNotClosed)
            }
          }
          if byte == 0x3b { ends.append((index, true)) }
          if byte == 0x22 { state = .quoteSeen } else { field.append(byte) }
          index += 1
          continue
        }
      }
      if byte == 0x3b || byte == 0x0a {
        ends.append((index, false))
        while byte == 0x0a, field.last == 0x0d, state != .behindQuote { field.removeLast() }
        while byte == 0x0a, behindQuote.last == 0x0d { behindQuote.removeLast() }
        if !Self.trimmed(behindQuote).isEmpty { hasTextBehindQuote = true }
        behindQuote = []
        fields.append(Self.withoutFormula(Self.trimmed(field)))
        field = []
        state = .fieldStart
        guard byte == 0x0a else {
          index += 1
          continue
        }
        break
      }
      switch state {
      case .fieldStart where byte == 0x22 && Self.trimmed(field).isEmpty:
        field = []
        state = .quoted
      case .behindQuote: behindQuote.append(byte)
      default:
        field.append(byte)
      }
      index += 1
    }

    if lineFeeds > 0, isTooLong(index) { return giveUp(.quoteNotClosed) }
    if hasTextBehindQuote { return giveUp(.textAfterQuote) }
    var raw = Array(bytes[start..<index])
    while raw.last == 0x0d { raw.removeLast() }
    place = index + 1
    line += lineFeeds + 1
    if lineFeeds > 0, holdsRow(start, ends, fieldCount) {
      return .lines(
        raw.split(separator: 0x0a, omittingEmptySubsequences: false).map { line in
          line.prefix((line.lastIndex { $0 != 0x0d } ?? line.startIndex - 1) + 1 - line.startIndex)
        })
    }
    return fields.count == 1 && Self.trimmed(raw).isEmpty ? .blank : .fields(fields, raw: raw)
  }

  /// Takes the physical line alone as malformed.
  private mutating func giveUp(_ reason: MalformedLine.Reason) -> Cut {
    let end = bytes[place...].firstIndex(of: 0x0a) ?? bytes.count
    var raw = bytes[place..<end]
    while raw.last == 0x0d { raw.removeLast() }
    place = end + 1
    line += 1
    return .bad(raw.count > Layout.longestLine ? .lineTooLong : reason)
  }

  /// Whether one of the lines of a record is a row of the built-in layout by itself, with the number or
  /// the date in a quoted field.
  private func holdsRow(
    _ start: Int, _ ends: [(place: Int, isText: Bool)], _ fieldCount: Int
  ) -> Bool {
    var fields: [(text: [UInt8], isText: Bool)] = []
    var from = start
    var isText = false
    for end in ends {
      var text = Array(bytes[from..<end.place]).drop { $0 == 0x22 }
      while let last = text.last, last == 0x22 || last == 0x0d { text.removeLast() }
      fields.append((Self.trimmed(Array(text)), isText))
      from = end.place + 1
      isText = end.isText
      guard end.place == bytes.count || bytes[end.place] == 0x0a else { continue }
      if fields.count == fieldCount, fields[2].isText || fields[6].isText,
        TrackingKey(String(decoding: fields[2].text, as: UTF8.self)) != nil,
        fields[6].text.isEmpty
          ? fields[2].isText : EventTime(String(decoding: fields[6].text, as: UTF8.self)) != nil
      {
        return true
      }
      fields = []
    }
    return false
  }

  private static func hasLoneCarriageReturn(_ raw: [UInt8]) -> Bool {
    var rest = raw[...]
    while let place = rest.firstIndex(of: 0x0d) {
      rest = rest[(place + 1)...].drop { $0 == 0x0d }
      if rest.first != 0x0a { return true }
    }
    return false
  }

  private static func withoutFormula(_ field: [UInt8]) -> [UInt8] {
    guard field.count >= 3, field.starts(with: [0x3d, 0x22]), field.last == 0x22 else {
      return field
    }
    return trimmed(Array(field[2..<(field.count - 1)]))
  }

  private static func trimmed(_ field: [UInt8]) -> [UInt8] {
    if let text = String(validating: field, as: UTF8.self) {
      let blanks = "\t \u{a0}\u{1680}\u{2028}\u{2029}\u{202f}\u{205f}\u{2060}\u{3000}\u{feff}"
      let isBlank = { (scalar: Unicode.Scalar) in
        blanks.unicodeScalars.contains(scalar) || (0x2000...0x200f).contains(scalar.value)
      }
      let head = text.unicodeScalars.drop(while: isBlank)
      let count = head.reversed().drop(while: isBlank).count
      return Array(String(String.UnicodeScalarView(head.prefix(count))).utf8)
    }
    var field = field
    while field.starts(with: [0xef, 0xbb, 0xbf]) { field.removeFirst(3) }
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0xa0 }
    let head = field.drop(while: isBlank)
    return Array(
      head.prefix((head.lastIndex { !isBlank($0) } ?? head.startIndex - 1) + 1 - head.startIndex))
  }
}
