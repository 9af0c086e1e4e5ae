import Carrier
import TrackingFile

/// Takes out of a row that waits what it says of a person, whatever its columns are: only what an event and the gate
/// need stays.
package struct RowErasure {
  private let layout: Layout
  private let header: [UInt8]

  /// - Returns: nil when rows can't be read again as they were read.
  package init?(_ reading: RowReading?) {
    guard let reading, let layout = try? Layout(written: reading.layout) else { return nil }
    self.layout = layout
    header = reading.header
  }

  /// The number of the row's parcel; nil when it can't be read.
  package func number(of raw: [UInt8]) -> ParcelNumber? { Content(raw, layout, header)?.number }

  /// The row without anything else than account, number, code, label, date and site.
  /// - Returns: nil where that can't be told apart: the row would not be the same event then.
  package func text(of raw: [UInt8]) -> [UInt8]? {
    guard let before = Content(raw, layout, header) else { return nil }
    var isKept = [Bool](repeating: false, count: raw.count)
    for range in before.ranges { for index in range { isKept[index] = true } }
    keep(Array(before.number.description.utf8), in: raw, isWholeWord: false, &isKept)
    // Columns of fixed width stand side by side.
    var isFixed = false
    if case .fixedWidth = layout.format { isFixed = true }
    keep(Array(before.account.account.utf8), in: raw, isWholeWord: !isFixed, &isKept)
    keep(Array(before.account.accountID.utf8), in: raw, isWholeWord: !isFixed, &isKept)
    return rewritten(raw, isKept).first { text in
      guard let after = Content(text, layout, header) else { return false }
      return after.isEmptied && after.isSame(as: before)
    }
  }

  /// The row without other bytes; in which form it is the same event depends on its encoding.
  private func rewritten(_ raw: [UInt8], _ isKept: [Bool]) -> [[UInt8]] {
    switch layout.format {
    case .fixedWidth:
      // Each field keeps its place, which is counted in characters; of UTF-8 one may have several bytes.
      let blank = UInt8(ascii: " ")
      return [
        raw.indices.map { isKept[$0] ? raw[$0] : blank },
        raw.indices.filter { isKept[$0] || raw[$0] & 0xc0 != 0x80 }.map {
          isKept[$0] ? raw[$0] : blank
        },
      ]
    case .delimited(let separator, let quote, _), .headerless(let separator, let quote, _):
      return [
        raw.indices.filter { isKept[$0] || raw[$0] == separator || raw[$0] == quote }.map {
          raw[$0]
        }
      ]
    }
  }

  /// Keeps a text wherever it stands, also with blanks in it.
  private func keep(
    _ text: [UInt8], in raw: [UInt8], isWholeWord: Bool, _ isKept: inout [Bool]
  ) {
    func isLetterOrDigit(_ index: Int) -> Bool {
      raw.indices.contains(index) && (raw[index].isASCIILetter || raw[index].isASCIIDigit)
    }
    for start in raw.indices where !isWholeWord || !isLetterOrDigit(start - 1) {
      var (end, count) = (start, 0)
      while count < text.count, end < raw.count {
        if Self.capital(raw[end]) == Self.capital(text[count]) {
          count += 1
        } else if count == 0 || raw[end] != UInt8(ascii: " ") {
          break
        }
        end += 1
      }
      guard count == text.count, !isWholeWord || !isLetterOrDigit(end) else { continue }
      for index in start..<end { isKept[index] = true }
    }
  }

  private static func capital(_ byte: UInt8) -> UInt8 { byte.isASCIILetter ? byte & 0xdf : byte }
}

/// What a row says, as its layout reads it.
private struct Content {
  let number: ParcelNumber
  let account: AccountPair
  let time: EventTime
  /// Code, label, date and site.
  let texts: [[UInt8]]
  /// Where these stand in the row.
  let ranges: [Range<Int>]
  /// Whether nothing is said of a person.
  let isEmptied: Bool

  /// - Returns: nil when it is no row, or a text of it does not stand in it as one piece.
  init?(_ raw: [UInt8], _ layout: Layout, _ header: [UInt8]) {
    guard var reader = try? KeptLineReader(layout: layout, header: header) else { return nil }
    let batches = reader.read([KeptRow(line: 1, raw: raw)])
    guard batches.count == 1, let batch = batches.first, batch.malformed.isEmpty,
      batch.records.count == 1, let record = batch.records.first
    else { return nil }
    let fields = [record.code, record.label, record.date, record.site]
    let row = record.raw.offsets
    var ranges: [Range<Int>] = []
    for field in fields where !field.isEmpty {
      let field = field.offsets
      guard row.lowerBound <= field.lowerBound, field.upperBound <= row.upperBound else {
        return nil
      }
      ranges.append(field.lowerBound - row.lowerBound..<field.upperBound - row.lowerBound)
    }
    number = record.parcel
    account = batch.account(of: record)
    time = record.time
    texts = fields.map { batch.bytes($0) }
    self.ranges = ranges
    // A country that the layout gives to all rows says nothing.
    let isCountryOfRow = row.contains(record.country.offsets.lowerBound)
    isEmptied =
      record.order.isEmpty && record.postcode.isEmpty
      && (record.country.isEmpty || !isCountryOfRow)
  }

  func isSame(as other: Self) -> Bool {
    number == other.number && account == other.account && time == other.time
      && texts == other.texts
  }
}
