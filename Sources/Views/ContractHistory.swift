import Carrier
import Contract
import ParcelStore

/// How a contract came to stand as it does: its changes, the oldest first.
public struct ContractHistory: Listed {
  public let changes: [ContractChange]

  public init(_ changes: [ContractChange]) { self.changes = changes }

  public static let keys = [
    "at", "cause", "file", "sha256", "services",
  ]

  public var objects: [JSON] { changes.map(\.json) }

  public var text: String {
    changes.isEmpty
      ? "no history yet: colisd has not read this contract\n" : changes.map(\.text).joined()
  }
}

extension ContractChange {
  fileprivate var json: JSON {
    .object([
      ("at", JSON(utc: at)), ("cause", .string(cause)), ("file", JSON(standing.source?.path)),
      ("sha256", JSON(standing.source.map { hexadecimal($0.sha256) })),
      (
        "services",
        .array(
          standing.services.map {
            .object([
              ("service", .string($0.kind.rawValue)), ("account", JSON($0.account)),
              ("account_id", JSON($0.accountID)), ("feed", .string($0.feed.rawValue)),
            ])
          })
      ),
    ])
  }

  fileprivate var text: String {
    var text = "\(TextForm.time(at))  \(singleLine(cause))\n"
    if let source = standing.source {
      text += "  \(singleLine(source.path)), sha256 \(hexadecimal(source.sha256))\n"
    }
    for service in standing.services {
      text += "  \(service.kind.rawValue): \(singleLine(service.account ?? "-")) / "
      text += "\(singleLine(service.accountID ?? "-")), \(service.feed.rawValue)\n"
    }
    return text
  }
}
