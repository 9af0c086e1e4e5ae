import Carrier
import ParcelStore
import TrackingFile

/// Finds the lines of a text that are to be taken out of it: as the layout reads them, so that a row of several lines
/// goes as a whole and one of another account stays; and in any case by the bytes of each line, as no layout reads
/// titles, closing lines, and what follows a failure.
struct TextSearch {
  enum Target: Sendable {
    case rows(ErasedRows)
    /// Lines in which rows begin.
    case lines(Set<Int>)
  }

  private let target: Target
  /// When the text came: seconds since 1970.
  private let receivedAt: Int64
  private let numbers: ErasedNumbers
  private let anywhere: NumberBytes?
  /// Whether values may stand side by side without anything between them.
  private let isFixedWidth: Bool
  private let parsed: ParsedText?
  /// Waits until the form of the lines is known.
  private var beginning: [UInt8] = []
  private var search: LineSearch?
  private(set) var form = LineForm()
  /// As the layout sees them: lines to be taken out, and lines that stay though they have the number.
  private var cut: Set<Int>
  private var spared: Set<Int> = []
  /// Lines of other parcels that have the number within a longer word.
  private var others: Set<Int> = []

  /// - Parameters:
  ///   - layout: nil: it is not known.
  ///   - path: that of the file.
  ///   - receivedAt: seconds since 1970.
  init(_ target: Target, by layout: Layout?, path: String, receivedAt: Int64) {
    self.target = target
    parsed = layout.map { ParsedText($0, path: path) }
    self.receivedAt = receivedAt
    if case .fixedWidth = layout?.format { isFixedWidth = true } else { isFixedWidth = false }
    switch target {
    case .rows(let rows):
      numbers = ErasedNumbers([rows.number])
      anywhere = NumberBytes(rows.number)
      cut = []
    case .lines(let lines):
      numbers = ErasedNumbers([])
      anywhere = nil
      cut = lines
    }
  }

  /// All lines of the text that are to be taken out; once it has ended.
  var lines: Set<Int> {
    guard let search else { return [] }
    var found = search.found
    // Otherwise separators stand around each number.
    if isFixedWidth || !knowsRows { found.formUnion(search.within.subtracting(others)) }
    return cut.filter { $0 <= search.line }.union(found.subtracting(spared))
  }

  /// Whether `lines` has each line of a row that has several.
  var knowsRows: Bool { parsed?.hasFailed == false }

  /// Whether so many lines are found that their numbers take much memory.
  var isFull: Bool {
    cut.count + spared.count + others.count + (search?.count ?? 0) > Self.mostLines
  }

  private static let mostLines = 200_000

  mutating func add(_ text: [UInt8]) {
    parsed?.add(text) { look(at: $0) }
    if search == nil {
      beginning += text
      return begin(isAll: false)
    }
    search?.add(text)
  }

  mutating func finish() {
    parsed?.finish { look(at: $0) }
    if search == nil { begin(isAll: true) }
    search?.finish()
  }

  private mutating func begin(isAll: Bool) {
    guard let form = LineForm(of: beginning, isAll: isAll) else { return }
    self.form = form
    search = LineSearch(numbers, anywhere, in: form)
    search?.add(beginning)
    beginning = []
  }

  private mutating func look(at batch: RecordBatch) {
    batch.withBytes { bytes in
      for record in batch.records {
        let raw = UnsafeRawBufferPointer(rebasing: bytes[record.raw.offsets])
        switch verdict(record, raw, batch) {
        case .other:
          if isFixedWidth, anywhere?.isFound(in: raw) == true { others.insert(record.line) }
        case .isErased: cut.formUnion(Self.lines(of: raw, from: record.line))
        case .isSpared: spared.formUnion(Self.lines(of: raw, from: record.line))
        }
      }
    }
    for line in batch.malformed {
      line.raw.withUnsafeBytes { raw in
        guard isNamed(line.line) || numbers.isAnyFound(in: raw) else { return }
        cut.formUnion(Self.lines(of: raw, from: line.line))
      }
    }
  }

  private func verdict(
    _ record: TrackingRecord, _ raw: UnsafeRawBufferPointer, _ batch: RecordBatch
  ) -> ErasedRows.Verdict {
    switch target {
    case .lines(let lines): lines.contains(record.line) ? .isErased : .other
    case .rows(let rows):
      // A row of one line is found by its bytes, as all lines are.
      rows.verdict(
        record, of: batch.account(of: record),
        mentions: raw.contains(UInt8(ascii: "\n")) && numbers.isAnyFound(in: raw),
        receivedAt: receivedAt)
    }
  }

  private func isNamed(_ line: Int) -> Bool {
    if case .lines(let lines) = target { lines.contains(line) } else { false }
  }

  /// The reader turns each line end within a row into a line feed.
  private static func lines(
    of raw: UnsafeRawBufferPointer, from first: Int
  ) -> ClosedRange<Int> {
    first...(first + raw.count { $0 == UInt8(ascii: "\n") })
  }
}
