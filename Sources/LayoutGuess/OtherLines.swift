/// Lines that are no rows: what begins so is skipped, and what closes a file is its trailer.
struct OtherLines {
  private(set) var skip: [String] = []
  private(set) var trailer: String?
  private(set) var doubts: [String] = []
  /// Lines that nothing explains; reading them will show what is wrong.
  private(set) var unexplained = 0

  /// The lines of a file, as far as they are known.
  struct Parts {
    var others: [SampleText.Line]
    var rows: [SampleText.Line]
    var header: String?
    /// Nil: there is no separator.
    var separator: Character?
    var isWhole = true
    /// Lines in the middle that were not looked at.
    var leftOut = 0
  }

  /// The most beginnings of lines in a layout; more are no pattern.
  private static let mostBeginnings = 12

  init(_ parts: Parts) {
    let lastRow = parts.rows.last?.number ?? 0
    var waiting = parts.others.filter { !Self.isReadAnyway($0.text) }
    var closing: SampleText.Line?
    if parts.isWhole, let last = waiting.last, last.number > lastRow {
      closing = waiting.removeLast()
    }
    for line in waiting {
      guard !skip.contains(where: { line.text.hasPrefix($0) }) else { continue }
      if let beginning = Self.beginning(of: line.text, parts), skip.count < Self.mostBeginnings {
        skip.append(beginning)
        doubts.append("line \(line.number) is taken for no row; lines that begin so are skipped")
      } else {
        unexplained += 1
      }
    }
    if let closing { close(with: closing, parts) }
  }

  /// What the reader passes over by itself.
  private static func isReadAnyway(_ text: String) -> Bool {
    text.count <= 16
      && text.filter { !$0.isWhitespace && $0 != "\"" }.lowercased().hasPrefix("sep=")
  }

  private mutating func close(with line: SampleText.Line, _ parts: Parts) {
    let marker = String(line.text.prefix { $0.isLetter || $0 == "_" })
    let rest = line.text.dropFirst(marker.count)
    let isMarked: Bool
    if let separator = parts.separator {
      isMarked = rest.isEmpty || rest.first == separator
    } else {
      isMarked = true
    }
    let digits = rest.filter { !$0.isWhitespace && $0 != parts.separator }
    let isUnique =
      !marker.isEmpty && !parts.rows.contains { Self.begins($0.text, marker, parts.separator) }
      && !(parts.header.map { Self.begins($0, marker, parts.separator) } ?? false)
    let count = parts.rows.count + unexplained + parts.leftOut
    if isMarked, isUnique, digits.isEmpty || Int(digits) == count {
      trailer = marker
      return
    }
    guard let beginning = Self.beginning(of: line.text, parts) else {
      unexplained += 1
      return
    }
    skip.append(beginning)
    doubts.append(
      Int(digits) != nil && isMarked && isUnique
        ? "line \(line.number) closes the file with \(digits), but \(count) rows were counted; it is "
          + "skipped and not compared"
        : "line \(line.number) is taken for no row; lines that begin so are skipped")
  }

  private static func begins(_ text: String, _ marker: String, _ separator: Character?) -> Bool {
    guard text.hasPrefix(marker) else { return false }
    guard let separator, let next = text.dropFirst(marker.count).first else { return true }
    return next == separator
  }

  /// How a line begins and no row does: its record type, or its first words up to a digit.
  private static func beginning(of text: String, _ parts: Parts) -> String? {
    var candidates: [String] = []
    for mark in ["#", "//", "--", "*"] where text.hasPrefix(mark) { candidates.append(mark) }
    if let separator = parts.separator, let end = text.firstIndex(of: separator) {
      let first = text[...end]
      if first.count > 1, first.count <= 13,
        first.dropLast().allSatisfy({ $0.isLetter || $0 == "_" })
      {
        candidates.append(String(first))
      }
    }
    let words = String(text.prefix { !$0.isNumber && $0 != parts.separator && $0 != "\"" })
    if words.count >= 3 { candidates.append(String(words.prefix(40))) }
    if text.count <= 60 { candidates.append(text) }
    return candidates.first { candidate in
      !candidate.allSatisfy(\.isWhitespace) && !parts.rows.contains { $0.text.hasPrefix(candidate) }
        && parts.header?.hasPrefix(candidate) != true
    }
  }
}
