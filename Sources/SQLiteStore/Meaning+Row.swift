import Carrier
import GRDB
import Status

extension Meaning {
  /// The columns status, reason, mode, detail and expected_on of a wording.
  var columns: StatementArguments {
    [status.name, reason?.name, mode?.name, detail, expectedOn?.description]
  }

  /// Reads the same columns; a word that this version does not know counts as unmapped.
  /// - Parameter prefix: what the columns' names begin with.
  init(row: Row, _ prefix: String = "") {
    func word<T>(_ column: String, _ read: (String) -> T?) -> T? {
      (row[prefix + column] as String?).flatMap(read)
    }
    self.init(
      status: word("status") { ParcelStatus(name: $0) } ?? .unmapped,
      reason: word("reason") { StatusReason(name: $0) },
      mode: word("mode") { DeliveryMode(name: $0) },
      detail: word("detail") { $0 },
      expectedOn: word("expected_on") { CalendarDay($0) })
  }
}
