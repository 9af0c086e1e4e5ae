import Carrier
import TrackingFile

/// A tracking file.
///
/// Input: a byte for the layout, one for how the file comes, one for the cuts; the rest is the file.
/// How it comes: `z` packed as gzip; `f` with blanks behind its first line, so that the rest lies about
/// the end of a batch, as far before it as the cut byte says; anything else: as it is.
enum ParserInput {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    var input = FuzzInput(bytes)
    let layout = layouts[Int(input.byte()) % layouts.count]
    let form = input.byte()
    let cut = input.byte()
    var file = Array(input.rest)
    switch form {
    case UInt8(ascii: "f"): file = farFromStart(file, cut)
    case UInt8(ascii: "z"): file = Gzip.packed(file)
    default: break
    }
    try check(file, layout, cut)
  }

  /// What every reading of a file promises.
  static func check(_ file: [UInt8], _ layout: Layout, _ cut: UInt8) throws(BrokenPromise) {
    var reader = TrackingFileReader(layout: layout)
    let whole = FileReading(file, &reader)
    try promise(whole.fault == nil, whole.fault ?? "")
    try promise(whole.rows == reader.rows, "\(whole.rows) rows, but \(reader.rows) were counted")
    try whole.checkLines(of: file)

    try whole.checkBytes(of: file, reader.byteSum)
    try checkKept(whole.lines.filter { $0.reason == nil }, layout)

    reader.restart()
    let again = FileReading(file, &reader)
    try promiseSame(whole.lines, again.lines, "another reading differs")
    try promise(whole.failure == again.failure, "another reading ends otherwise")

    var other = TrackingFileReader(layout: layout)
    let cutUp = FileReading(inPieces: Cuts(file[...], seed: cut), &other)
    try promise(cutUp.fault == nil, cutUp.fault ?? "")
    try promiseSame(whole.lines, cutUp.lines, "lines depend on where bytes are cut")
    try promise(
      whole.failure == cutUp.failure,
      "cut up it ends with \(String(describing: cutUp.failure)), not \(String(describing: whole.failure))"
    )
    try promise(other.header == reader.header, "the header depends on where bytes are cut")
    try checkCutLine(file, layout, whole)
  }

  /// Records are the same when they are read again by what was kept with them.
  private static func checkKept(
    _ records: [FileReading.Line], _ layout: Layout
  ) throws(BrokenPromise) {
    var rest = records[...]
    while let first = rest.first {
      let run = rest.prefix { $0.header == first.header }
      rest = rest.dropFirst(run.count)
      do throws(LayoutError) {
        let layout = try Layout(written: layout.reading(first.encoding).written)
        let kept = FileReading(
          kept: run.map { KeptRow(line: $0.number, raw: $0.raw) }, layout, header: first.header)
        if let fault = kept.fault { throw LayoutError(key: "", reason: fault) }
        if Array(run) != kept.lines {
          throw LayoutError(
            key: "", reason: "a kept line is read otherwise: \(run) and then \(kept.lines)")
        }
      } catch {
        throw BrokenPromise(description: error.reason)
      }
    }
  }

  /// Where a cut line is left, the rows before it are those of the whole file.
  private static func checkCutLine(
    _ file: [UInt8], _ layout: Layout, _ whole: FileReading
  ) throws(BrokenPromise) {
    var reader = TrackingFileReader(layout: layout)
    let left = FileReading(file, &reader, leavingCutLine: true)
    try left.checkBytes(of: file, reader.byteSum)
    try promiseSame(
      Array(whole.lines.prefix(left.lines.count)), left.lines, "rows before a cut line differ")
    if reader.cutLineBytes == 0, left.failure == nil {
      try promiseSame(whole.lines, left.lines, "rows are missing though no cut line is told")
    }
  }

  /// Puts blank lines between the first line and the rest.
  private static func farFromStart(_ file: [UInt8], _ distance: UInt8) -> [UInt8] {
    let first = file.prefix { $0 != 0x0a }.count + 1
    guard first < file.count else { return file }
    let blanks = TrackingFileReader.batchSize - first - Int(distance)
    guard blanks > 1 else { return file }
    return file[..<first] + [UInt8](repeating: 0x20, count: blanks - 1) + [0x0a] + file[first...]
  }

  /// Layouts that give, join, count and skip.
  private static var moreLayouts: [Layout] {
    get throws(LayoutError) {
      let quote = UInt8(ascii: "\"")
      var given = Layout.Options(
        encoding: .cp850,
        timeFormats: [TimeFormat("d/M/yy H'h'mm"), .epochSeconds].compactMap(\.self))
      given.given = [.account: .value("E1"), .accountID: .value("X"), .label: .value("é")]
      given.skip = ["#", "H;"]
      given.number = .any
      var numbered = Layout.Options(trailer: .init(marker: "T"))
      numbered.skip = ["H;"]
      let joined: [Layout.Column: [String]] = [
        .account: ["a"], .accountID: ["i"], .parcel: ["p"], .date: ["d", "t"], .code: ["c"],
        .label: ["c", "l", "d"],
      ]
      return [
        try Layout(
          name: "given", version: "1",
          format: .delimited(
            separator: 0x3b, quote: quote, names: [.parcel: ["p"], .date: ["d"], .code: ["c"]]),
          options: given),
        try Layout(
          name: "numbered", version: "1",
          format: .headerless(
            separator: 0x3b, quote: quote,
            numbers: [
              .account: [1], .accountID: [2], .parcel: [3], .date: [4, 5], .code: [6],
              .label: [7, 6],
            ]), options: numbered),
        try Layout(
          name: "joined", version: "1",
          format: .delimited(separator: 0x3b, quote: quote, names: joined),
          options: .init(encoding: .utf16)),
        try Layout(
          name: "joined-places", version: "1",
          format: .fixedWidth(spans: [
            .account: [.init(start: 1, width: 2)], .accountID: [.init(start: 3, width: 10)],
            .parcel: [.init(start: 13, width: 12)],
            .date: [.init(start: 25, width: 10), .init(start: 39, width: 5)],
            .code: [.init(start: 35, width: 4), .init(start: 39, width: 5)],
          ]), options: .init(encoding: .latin9)),
      ]
    }
  }

  /// The built-in layout, and one with each other feature.
  private static let layouts: [Layout] = {
    do throws(LayoutError) {
      guard case .delimited(_, _, let names) = Layout.colisPrive.format else { return [] }
      let short: [Layout.Column: [String]] = [
        .account: ["a"], .accountID: ["i"], .parcel: ["p"], .date: ["d"], .code: ["c"],
        .label: ["l"],
      ]
      let spans: [Layout.Column: [Layout.Span]] = [
        .account: [.init(start: 1, width: 2)], .accountID: [.init(start: 3, width: 10)],
        .parcel: [.init(start: 13, width: 12)], .code: [.init(start: 25, width: 4)],
        .date: [.init(start: 29, width: 14)], .label: [.init(start: 43, width: 60)],
      ]
      let clock = WallClock(identifier: "America/Sao_Paulo") ?? .paris
      let patterns = [TimeFormat("yyyyMMddHHmmss"), TimeFormat("dd.MM.yyyy"), .auto].compactMap(
        \.self)
      let quote = UInt8(ascii: "\"")
      let more = try moreLayouts
      return [
        .colisPrive,
        try Layout(
          name: "short", version: "1",
          format: .delimited(separator: UInt8(ascii: ","), quote: quote, names: short),
          options: .init(timeFormats: patterns)),
        try Layout(
          name: "fixed", version: "1", format: .fixedWidth(spans: spans),
          options: .init(timeFormats: patterns)),
        try Layout(
          name: "trailer", version: "1",
          format: .delimited(separator: UInt8(ascii: "|"), quote: nil, names: names),
          options: .init(encoding: .utf8, clock: clock, trailer: .init(marker: "FIN"))),
        try Layout(
          name: "quoted-trailer", version: "1",
          format: .delimited(separator: 0x09, quote: UInt8(ascii: "'"), names: short),
          options: .init(encoding: .windows1252, trailer: .init(marker: "F"))),
        try Layout(
          name: "fixed-trailer", version: "1", format: .fixedWidth(spans: spans),
          options: .init(encoding: .utf8, timeFormats: patterns, trailer: .init(marker: "FIN;"))),
        try Layout(
          name: "odd", version: "1",
          format: .delimited(separator: 0x20, quote: UInt8(ascii: "a"), names: short)),
      ] + more
    } catch {
      // A fault in the literals above, which every input would show.
      preconditionFailure("\(error)")
    }
  }()
}
