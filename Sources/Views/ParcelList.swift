import Carrier
import ParcelStore
import Status

/// Parcels with their current status, in the order of the store.
public struct ParcelList: Listed {
  public let parcels: [ParcelSummary]
  /// False for the later pages of a list.
  private let isFirst: Bool

  public init(_ parcels: [ParcelSummary], isFirst: Bool = true) {
    self.parcels = parcels
    self.isFirst = isFirst
  }

  public static let keys = [
    "parcel", "postcode", "order", "account", "account_id", "status", "reason", "mode",
    "status_since", "delivered", "cursor",
  ]

  public var objects: [JSON] { parcels.map(\.json) }

  public var text: String {
    guard !parcels.isEmpty else { return "no parcels\n" }
    var table = Table(
      ["parcel", "status", "reason", "since", "account ID", "order", "postcode"],
      hasHeader: isFirst,
      least: ["reason", "order"])
    for parcel in parcels {
      table.add([
        parcel.parcel.description, parcel.meaning.status.name, parcel.meaning.reason?.name,
        TextForm.time(parcel.since), parcel.account.accountID,
        parcel.details.order, parcel.details.postcode,
      ])
    }
    return table.text
  }
}

extension ParcelSummary {
  fileprivate var json: JSON {
    .object([
      ("parcel", .string(parcel.description)),
      ("postcode", JSON(details.postcode)), ("order", JSON(details.order)),
      ("account", .string(account.account)), ("account_id", .string(account.accountID)),
      ("status", .string(meaning.status.name)), ("reason", JSON(meaning.reason?.name)),
      ("mode", JSON(meaning.mode?.name)),
      ("status_since", .string(WallClock.paris.rfc3339(seconds: since))),
      ("delivered", .bool(meaning.status == .delivered)), ("cursor", .string(cursor.description)),
    ])
  }
}
