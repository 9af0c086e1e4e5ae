/// The lines of a sample, decoded.
struct SampleText {
  /// A line that is not blank.
  struct Line {
    /// In the file, counted from 1.
    var number: Int
    var text: String
  }

  let lines: [Line]
  let encoding: SampleEncoding
  let encodingCertainty: Certainty
  /// Whether the file begins with a byte order mark of UTF-16.
  let hasUTF16Mark: Bool
  /// Lines in the middle that were not looked at.
  let leftOut: Int

  /// The most lines that are looked at, at the begin; and so many at the end.
  static let most = 2_000
  private static let mostAtEnd = 50
  /// No row is longer, and no longer line is looked at.
  static let longestLine = 8_192

  init(_ sample: FileSample) {
    var bytes = sample.bytes[...]
    let form = UTF16Form(bytes)
    hasUTF16Mark = form?.hasMark ?? false
    if let form { bytes = form.utf8(bytes)[...] }
    while let last = bytes.last, last == 0 || last == 0x1a { bytes = bytes.dropLast() }
    let end: UInt8 = bytes.contains(0x0a) ? 0x0a : 0x0d
    var cut: [(Int, [UInt8])] = []
    for (index, line) in bytes.split(separator: end, omittingEmptySubsequences: false).enumerated()
    {
      var line = line
      if line.starts(with: [0xef, 0xbb, 0xbf]) { line = line.dropFirst(3) }
      while line.last == 0x0d { line = line.dropLast() }
      guard line.contains(where: { $0 > 0x20 }), line.count <= Self.longestLine else { continue }
      cut.append((index + 1, Array(line)))
    }
    // The last line may not be complete.
    if !sample.isWhole, cut.count > 1 { cut.removeLast() }
    leftOut = max(0, cut.count - Self.most - Self.mostAtEnd)
    if leftOut > 0 {
      cut = Array(cut[..<Self.most] + cut.suffix(Self.mostAtEnd))
    }
    var certainty = Certainty.certain
    let found = SampleEncoding(of: cut.map(\.1), certainty: &certainty)
    encoding = form == nil ? found : .utf16
    encodingCertainty = form.map { $0.hasMark ? .certain : .likely } ?? certainty
    let reading = encoding
    lines = cut.map { Line(number: $0.0, text: reading.decode($0.1)) }
  }

  /// Whether its accents look like UTF-8 that was taken for Windows-1252 and encoded again.
  var isEncodedTwice: Bool {
    guard encoding == .utf8 else { return false }
    return lines.contains { line in
      ["Ã©", "Ã¨", "Ãª", "Ã ", "Ã\u{A0}", "Ã´", "Ã§", "Ã®"].contains { line.text.contains($0) }
    }
  }
}

/// How the bytes of UTF-16 lie, with or without a byte order mark.
private struct UTF16Form {
  let isBigEndian: Bool
  let hasMark: Bool

  init?(_ bytes: ArraySlice<UInt8>) {
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      isBigEndian = bytes.first == 0xfe
      hasMark = true
      return
    }
    // Nearly every character of a tracking file is ASCII, so every other byte is zero.
    let start = Array(bytes.prefix(512))
    guard start.count >= 8 else { return nil }
    let zeros = start.indices.filter { start[$0] == 0 }
    let odd = zeros.count { $0 % 2 == 1 }
    guard zeros.count * 5 >= start.count * 2, odd == 0 || odd == zeros.count else { return nil }
    isBigEndian = odd == 0
    hasMark = false
  }

  func utf8(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let bytes = Array(hasMark ? bytes.dropFirst(2) : bytes)
    let units = stride(from: 0, to: bytes.count - 1, by: 2).map { index in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }
}
