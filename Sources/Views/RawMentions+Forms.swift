import Carrier
import Contract
import ParcelStore
import TrackingFile

// What a parcel's page says of lines that carry its number and are no events.

extension RawMentions {
  /// Members of the page's object.
  var json: [(key: String, value: JSON)] {
    [
      (
        "held",
        .array(
          held.map {
            .object([
              ("account", .string($0.account.account.account)),
              ("account_id", .string($0.account.account.accountID)),
              ("reason", .string($0.account.reason.rawValue)), ("rows", JSON($0.rows)),
              ("file", .string($0.file)), ("line", JSON($0.line)),
              ("next_step", .string($0.account.reason.whatToDo)),
            ])
          })
      ),
      ("rejected", JSON(rejected)),
    ]
  }

  /// One sentence per account pair, and one on the lines that could not be read.
  var text: String {
    var text = ""
    for held in held {
      text +=
        "\(countedRows(held.rows)) of it \(held.rows == 1 ? "is" : "are") held under account "
        + "\(held.account.account) (\(held.account.reason.rawValue)), first "
        + "\(singleLine(held.file)):\(held.line): \(held.account.reason.whatToDo). Then "
        + "\(held.rows == 1 ? "it comes" : "they come") in without further work\n"
    }
    if let first = firstRejected {
      let lines = rejected == 1 ? "1 line that carries" : "\(rejected) lines that carry"
      text +=
        "\(lines) its number could not be read, first \(singleLine(first.file)):\(first.line) "
        + "(\(first.reason.rawValue)); colisd rejects shows them, and colisd check FILE whether a corrected file or "
        + "layout can be read\n"
    }
    return text
  }

  /// The continuation of a sentence that says that the parcel is not known; empty where every line
  /// could be read.
  public var rejectedText: String {
    rejected == 0 ? "" : ", but " + String(text.dropLast())
  }
}
