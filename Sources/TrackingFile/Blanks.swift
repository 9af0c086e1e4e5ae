/// Blanks of every kind that people and spreadsheets put around values unintentionally.
enum Blanks {
  /// How many bytes the UTF-8 blank at a place has; 0: there is none. Blanks are spaces of any width, also
  /// those of no width, such as the byte order mark.
  static func length(_ bytes: UnsafeRawPointer, _ place: Int, _ end: Int) -> Int {
    func byte(_ index: Int) -> UInt8 {
      place + index < end ? bytes.load(fromByteOffset: place + index, as: UInt8.self) : 0
    }
    switch (byte(0), byte(1), byte(2)) {
    case (0x20, _, _), (0x09, _, _): return 1
    case (0xc2, 0xa0, _): return 2
    case (0xe1, 0x9a, 0x80), (0xe2, 0x80, 0x80...0x8f), (0xe2, 0x80, 0xa8...0xa9),
      (0xe2, 0x80, 0xaf), (0xe2, 0x81, 0x9f...0xa0), (0xe3, 0x80, 0x80), (0xef, 0xbb, 0xbf):
      return 3
    default: return 0
    }
  }

  /// The same for the blank that ends just before a place.
  private static func lengthBefore(_ bytes: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
    for count in 1...3 where end - count >= start && length(bytes, end - count, end) == count {
      return count
    }
    return 0
  }

  /// A range without the blanks at its ends.
  static func trimmed(
    _ bytes: UnsafeRawPointer, _ range: Range<Int>, _ encoding: TextEncoding
  ) -> ByteRange {
    let ascii = TrackingFile.trimmed(bytes, range.lowerBound, range.upperBound)
    guard !ascii.isEmpty else { return .empty }
    var start = ascii.offsets.lowerBound
    var end = ascii.offsets.upperBound
    func byte(_ place: Int) -> UInt8 { bytes.load(fromByteOffset: place, as: UInt8.self) }
    let noBreakSpace = encoding.noBreakSpace
    let mayBeBlank =
      byte(start) >= 0x80 && (byte(start) == noBreakSpace || length(bytes, start, end) > 0)
      || byte(end - 1) >= 0x80
        && (byte(end - 1) == noBreakSpace || lengthBefore(bytes, start, end) > 0)
    guard mayBeBlank else { return ascii }
    let isUTF8 =
      switch encoding {
      case .utf8: true
      case .windows1252, .latin9, .cp850: false
      case .auto, .utf16:
        String(
          validating: UnsafeRawBufferPointer(start: bytes + start, count: end - start),
          as: UTF8.self)
          != nil
      }
    if isUTF8 {
      while start < end, case let count = length(bytes, start, end), count > 0 { start += count }
      while start < end, case let count = lengthBefore(bytes, start, end), count > 0 {
        end -= count
      }
    } else {
      // A byte order mark may stand before a line of any encoding.
      if byte(start) == 0xef, length(bytes, start, end) == 3 { start += 3 }
      while start < end, byte(start).isBlank || byte(start) == noBreakSpace { start += 1 }
      while start < end, byte(end - 1).isBlank || byte(end - 1) == noBreakSpace { end -= 1 }
    }
    return start == end ? .empty : ByteRange(start: start, count: end - start)
  }

  /// Whether to ignore a character in a column's name.
  static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || scalar.properties.generalCategory == .format
  }

  /// The part within `="…"`, as spreadsheets write a text that must not become a number; otherwise all.
  static func withoutFormula(
    _ bytes: UnsafeRawPointer, _ range: ByteRange, _ quote: UInt8, _ encoding: TextEncoding
  ) -> ByteRange {
    let (start, end) = (range.offsets.lowerBound, range.offsets.upperBound)
    func byte(_ place: Int) -> UInt8 { bytes.load(fromByteOffset: place, as: UInt8.self) }
    guard end - start >= 3, byte(start) == UInt8(ascii: "="), byte(start + 1) == quote,
      byte(end - 1) == quote
    else { return range }
    return trimmed(bytes, start + 2..<end - 1, encoding)
  }

  /// Kinds of lines that hold no row.
  enum Line { case blank, endMark }

  /// Ctrl-Z, with which DOS marks the end of a file.
  static let endMark: UInt8 = 0x1a

  /// Recognises a line of blanks only, or of Ctrl-Z with NULs or blanks around it.
  /// - Returns: nil if there is anything else in it.
  static func line(
    _ bytes: UnsafeRawPointer, _ range: Range<Int>, _ encoding: TextEncoding
  ) -> Line? {
    guard let first = range.first else { return .blank }
    let byte = bytes.load(fromByteOffset: first, as: UInt8.self)
    guard byte <= 0x20 || byte >= 0x80 else { return nil }
    if trimmed(bytes, range, encoding).isEmpty { return .blank }
    let line = UnsafeRawBufferPointer(start: bytes + range.lowerBound, count: range.count)
    let isMark = line.contains(endMark) && line.allSatisfy { $0.isBlank || $0.isEndFiller }
    return isMark ? .endMark : nil
  }
}

extension UInt8 {
  @inlinable var isBlank: Bool { self == 0x20 || self == 0x09 }

  /// Whether it may follow a file's last line: NUL or Ctrl-Z.
  var isEndFiller: Bool { self == 0 || self == Blanks.endMark }
}
