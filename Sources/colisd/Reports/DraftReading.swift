import Carrier
import Ingest
import TrackingFile
import Views

/// How a guessed layout reads a file: the first rows, and the lines that it can't read.
struct DraftReading {
  private(set) var rows: [[String?]] = []
  private(set) var unreadable: [String] = []
  private(set) var records = 0
  private(set) var malformed = 0
  private(set) var failure: FileFailure?

  /// How many rows are shown.
  static let mostRows = 10
  /// How many lines are shown that can't be read, of each file.
  static let mostUnreadable = 100
  /// How much is shown of a line and of a label, in characters.
  private static let longestLine = 120
  private static let longestLabel = 40

  /// Reads a file of this machine to its end.
  /// - Parameter path: `-` is standard input, whose bytes are given.
  /// - Returns: several if the file is a ZIP archive.
  static func all(
    of path: String, _ input: [UInt8]?, by layout: Layout
  ) async throws -> [(path: String, reading: DraftReading)] {
    var readings: [(path: String, reading: DraftReading)] = []
    var current = DraftReading()
    let take: (LookStep) -> Void = { step in
      switch step {
      case .batch(let batch): current.take(batch)
      case .ended(let look):
        current.failure = look.failure
        readings.append((look.path, current))
        current = DraftReading()
      }
    }
    if let input {
      try await LocalFiles.look(
        atBeginning: input, of: path, isWhole: true, by: layout, take)
    } else {
      try await LocalFiles.look(at: path, by: layout, take)
    }
    return readings
  }

  private mutating func take(_ batch: RecordBatch) {
    records += batch.records.count
    malformed += batch.malformed.count
    for record in batch.records.prefix(Self.mostRows - rows.count) {
      let account = batch.account(of: record)
      rows.append([
        "\(record.line)", "\(account.account)/\(account.accountID)", record.parcel.description,
        record.time.when, batch.text(record.code),
        batch.text(record.label).map { String($0.prefix(Self.longestLabel)) },
        batch.text(record.order), batch.text(record.site), batch.text(record.postcode),
        batch.text(record.country),
      ])
    }
    for line in batch.malformed.prefix(Self.mostUnreadable - unreadable.count) {
      let text = batch.encoding.decode(line.raw[...])
      unreadable.append(
        "line \(line.line): \(line.reason.rawValue): \(singleLine(String(text.prefix(Self.longestLine))))"
      )
    }
  }

  /// What people see of it on standard error.
  func text(_ path: String) -> String {
    var text = ""
    if !rows.isEmpty {
      var table = Table(
        [
          "line", "account", "parcel", "when", "code", "label", "order", "site", "postcode",
          "country",
        ],
        numbers: [0])
      for row in rows { table.add(row) }
      text += "\(singleLine(path)), as the layout reads it:\n\(table.text)"
    }
    for line in unreadable { text += "\(singleLine(path)): \(line)\n" }
    let more = malformed - unreadable.count
    if more > 0 { text += "\(singleLine(path)): \(more) more lines can't be read\n" }
    if let failure { text += "\(singleLine(path)): \(singleLine("\(failure)"))\n" }
    text +=
      "\(singleLine(path)): \(records) of \(records + malformed) rows can be read\n"
    return text
  }
}
