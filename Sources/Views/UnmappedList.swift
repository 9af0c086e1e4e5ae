import ParcelStore

/// Codes and labels that the status map does not know.
public struct UnmappedList: Listed {
  public let wordings: [UnmappedWording]

  public init(_ wordings: [UnmappedWording]) { self.wordings = wordings }

  public static let keys = ["code", "label", "count"]

  public var objects: [JSON] { wordings.map(\.json) }

  public var text: String {
    guard !wordings.isEmpty else { return "no unmapped codes\n" }
    var table = Table(["code", "label", "events"], numbers: [2], least: ["label"])
    for wording in wordings {
      table.add([wording.wording.code, wording.wording.label, "\(wording.events)"])
    }
    return table.text
  }
}

extension UnmappedWording {
  var json: JSON {
    .object([
      ("code", JSON(wording.code)), ("label", JSON(wording.label)), ("count", JSON(events)),
    ])
  }
}
