import Carrier
import ParcelStore
import Status

/// What another status map changes, or would change.
public struct RemapReport: Sendable {
  public var wordings: [RemappedWording]
  /// How many current statuses were corrected; nil: nothing was changed.
  public var corrected: Int?

  public init(_ wordings: [RemappedWording], corrected: Int? = nil) {
    self.wordings = wordings
    self.corrected = corrected
  }

  public var text: String {
    guard !wordings.isEmpty else { return "every code and label means what it meant before\n" }
    var table = Table(
      ["code", "label", "from", "to", "events", "parcels"], numbers: [4, 5], least: ["label"])
    for wording in wordings {
      table.add([
        wording.before.wording.code, wording.before.wording.label, wording.before.meaning.words,
        wording.meaning.words, "\(wording.before.events)", wording.parcels.map { "\($0)" },
      ])
    }
    let lost = wordings.count(where: \.isLost)
    var text = table.text
    if let corrected {
      text += "\(corrected) current \(corrected == 1 ? "status was" : "statuses were") corrected\n"
    }
    if lost > 0, corrected == nil {
      text += "\(lost) known \(lost == 1 ? "wording" : "wordings") would be unmapped\n"
    }
    return text
  }

  package static let keys = ["code", "label", "from", "to", "events", "parcels"]

  /// One object per wording, for a spreadsheet.
  public var objects: [JSON] {
    wordings.map { wording in
      .object([
        ("code", JSON(wording.before.wording.code)), ("label", JSON(wording.before.wording.label)),
        ("from", .string(wording.before.meaning.words)), ("to", .string(wording.meaning.words)),
        ("events", JSON(wording.before.events)), ("parcels", JSON(wording.parcels)),
      ])
    }
  }

  public var json: JSON {
    .object([
      ("corrected", JSON(corrected)),
      (
        "wordings",
        .array(
          wordings.map { wording in
            .object([
              ("code", JSON(wording.before.wording.code)),
              ("label", JSON(wording.before.wording.label)),
              ("from", wording.before.meaning.json), ("to", wording.meaning.json),
              ("events", JSON(wording.before.events)), ("parcels", JSON(wording.parcels)),
            ])
          })
      ),
    ])
  }
}

extension Meaning {
  /// `delivered (letterbox)`, with the expected day.
  fileprivate var words: String { expectedOn.map { "\(text), expected \($0)" } ?? text }

  fileprivate var json: JSON {
    .object([
      ("status", .string(status.name)), ("reason", JSON(reason?.name)), ("mode", JSON(mode?.name)),
      ("detail", JSON(detail)), ("expected_on", JSON(expectedOn?.description)),
    ])
  }
}
