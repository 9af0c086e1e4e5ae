import Carrier
import ParcelStore
import Status

/// Parcels with their current status, in the order of the store.
public struct ParcelList: Sendable {
  public let parcels: [ParcelSummary]

  public init(_ parcels: [ParcelSummary]) { self.parcels = parcels }

  public var json: JSON { .array(parcels.map(\.json)) }

  public var text: String {
    guard !parcels.isEmpty else { return "no parcels\n" }
    var table = Table(["parcel", "status", "reason", "since", "account ID", "order", "postcode"])
    for parcel in parcels {
      table.add([
        parcel.parcel.description, parcel.meaning.status.name, parcel.meaning.reason?.name,
        WallClock.paris.rfc3339(seconds: parcel.since), parcel.account.accountID,
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
      ("delivered", .bool(meaning.status == .delivered)),
    ])
  }
}
