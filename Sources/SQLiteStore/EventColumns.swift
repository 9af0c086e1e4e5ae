import GRDB

/// A row of `EventReader.columns`.
struct EventColumns {
  var time: Int64
  var kind: Int64
  var site: Int64
  var wording: Int64
  var seq: Int64
  /// The file's text of a time that a rule decided.
  var text: String?

  init(_ row: Row) {
    // By index: a column's name would be searched for in each row.
    (time, kind, site, wording, seq) = (row[0], row[1], row[2], row[3], row[4])
    text = row[5]
  }

  /// Without a row of GRDB in between: for lists of many events.
  init(_ row: RawStatement) {
    time = row.integer(0)
    kind = row.integer(1)
    site = row.integer(2)
    wording = row.integer(3)
    seq = row.integer(4)
    let text = row.text(5)
    self.text = text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
  }
}
