/// Finds further header lines within a file: some files are put together from others.
struct HeaderFinder {
  private let separator: UInt8
  private let quote: UInt8?
  /// The names of the layout's columns, in the form of `key`.
  private let known: Set<String>
  /// The names of the last header.
  var current: [String] = []

  /// The encoding of names.
  private let encoding: TextEncoding

  /// A line with at least so many names of columns is a header, or with all of them if the layout has fewer.
  private static let fewest = 3

  enum Finding { case none, separatorLine, sameHeader, otherHeader }

  init(
    separator: UInt8, quote: UInt8?, names: some Sequence<String>, encoding: TextEncoding = .auto
  ) {
    self.separator = separator
    self.quote = quote
    // The other encodings are those that `auto` reads, too.
    self.encoding = encoding == .cp850 || encoding == .latin9 ? encoding : .auto
    known = Set(names.map { Self.key($0.unicodeScalars, quote: nil) })
  }

  /// A name in the form in which it is compared: in lower case and without blanks.
  static func key(_ name: some Sequence<Unicode.Scalar>, quote: UInt8?) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in name where !Blanks.isBlank(scalar) && quote.map({ scalar.value == $0 }) != true {
      scalars.append(scalar)
    }
    return String(scalars).lowercased()
  }

  /// The names in a header line.
  func names(_ line: UnsafeRawBufferPointer) -> [String] {
    line.split(separator: separator, omittingEmptySubsequences: false).map { field in
      let text = encoding.decode(Array(field)[...])
      let name = Self.key(text.unicodeScalars, quote: quote)
      // A spreadsheet's ="…"
      return name.hasPrefix("=") && !known.contains(name) ? String(name.dropFirst()) : name
    }
  }

  func find(_ line: UnsafeRawBufferPointer) -> Finding {
    if isSeparatorLine(line) { return .separatorLine }
    let fewest = min(Self.fewest, known.count)
    // Without a header there are no names.
    guard fewest > 0, line.count(where: { $0 == separator }) >= fewest - 1 else { return .none }
    let names = names(line)
    guard Set(names).intersection(known).count >= fewest else { return .none }
    return names == current ? .sameHeader : .otherHeader
  }

  /// Whether a line is `sep=;`, which names the separator for Excel.
  func isSeparatorLine(_ line: UnsafeRawBufferPointer, anySeparator: Bool = false) -> Bool {
    guard line.count <= 16 else { return false }
    var rest = line.filter { $0 != quote && ($0 == separator || !$0.isBlank) }[...]
    if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
    guard rest.count == 5,
      rest.dropLast().map({ $0 | 0x20 }) == Array("sep=".utf8).map({ $0 | 0x20 })
    else { return false }
    return anySeparator || rest.last == separator
  }
}
