import Carrier
import ParcelStore
import Postgres
import Status

extension Meaning {
  /// The columns status, reason, mode, detail and expected_on of a wording.
  var values: [PostgresValue] {
    [
      .text(status.name), PostgresValue(reason?.name), PostgresValue(mode?.name),
      PostgresValue(detail), PostgresValue(expectedOn?.description),
    ]
  }

  /// Reads the same columns, which stand in this order; a word that this version does not know counts as unmapped.
  /// - Parameter column: the number of the first.
  init(_ row: PostgresRows.Row, from column: Int) {
    func word<T>(_ offset: Int, _ read: (String) -> T?) -> T? {
      row.textIfAny(column + offset).flatMap(read)
    }
    self.init(
      status: word(0) { ParcelStatus(name: $0) } ?? .unmapped,
      reason: word(1) { StatusReason(name: $0) },
      mode: word(2) { DeliveryMode(name: $0) },
      detail: word(3) { $0 },
      expectedOn: word(4) { CalendarDay($0) })
  }
}

extension Wording {
  /// Reads the columns code and label, in which an empty text stands for an absent one.
  init(_ row: PostgresRows.Row, from column: Int) {
    func text(_ column: Int) -> String? {
      let text = row.text(column)
      return text.isEmpty ? nil : text
    }
    self.init(code: text(column), label: text(column + 1))
  }
}
