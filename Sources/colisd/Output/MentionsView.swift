import Carrier
import Contract
import ParcelStore
import TrackingFile

// What a parcel's page says of rows that carry its number and are no events.

extension KeptMentions {
  var json: [(key: String, value: JSON)] {
    [
      (
        "held",
        .array(
          held.map {
            .object([
              ("account", .string($0.account.account.account)),
              ("account_id", .string($0.account.account.accountID)),
              ("reason", .string($0.account.reason.rawValue)),
              ("rows", .integer(Int64($0.rows))), ("file", .string($0.file)),
              ("line", .integer(Int64($0.line))),
            ])
          })
      ),
      ("rejected", .integer(Int64(rejected))),
    ]
  }

  /// One sentence a pair, and one on the lines that could not be read.
  var text: String {
    var text = ""
    for held in held {
      text +=
        "\(countedRows(held.rows)) of it \(held.rows == 1 ? "is" : "are") held under account "
        + "\(held.account.account) (\(held.account.reason.rawValue)), first "
        + "\(singleLine(held.file)):\(held.line); colisd contracts tells what to do next\n"
    }
    if let first = firstRejected {
      let lines = rejected == 1 ? "1 line that carries" : "\(rejected) lines that carry"
      text +=
        "\(lines) its number could not be read, first \(singleLine(first.file)):\(first.line) "
        + "(\(first.reason.rawValue)); colisd rejects shows them\n"
    }
    return text
  }

  /// The same behind other words: what could not be read.
  var rejectedText: String {
    rejected == 0 ? "" : ", but " + String(text.dropLast())
  }
}

extension ParcelTimeline {
  /// Of a parcel of which all rows are held.
  init(held: KeptMentions.Held, of parcel: ParcelNumber) {
    self.init(
      parcel: parcel, account: held.account.account, order: nil, postcode: nil, country: nil,
      contract: nil, service: nil, events: [])
  }
}
