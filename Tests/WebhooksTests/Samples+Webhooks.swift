import Carrier
import Contract
import ParcelStore
import SampleValues
import Status
import Testing
import Webhooks

extension Samples {
  /// The secret of the published test vector of Standard Webhooks.
  static let secretText = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
  /// Thirty-two bytes, from 0 on.
  static let otherSecretText = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

  static func endpoint(
    _ format: Endpoint.Format = .event, personalData: Bool = true
  ) throws -> Endpoint {
    var endpoint = Endpoint(
      name: "shop", url: "https://shop.example.net/hooks/colis",
      secrets: [try WebhookSecret(secretText)])
    endpoint.format = format
    endpoint.personalData = personalData
    return endpoint
  }

  /// An event as a store gives it now, with what it did to the current status.
  static func noted(
    _ status: ParcelStatus = .delivered, label: String? = nil, changes: Bool = true,
    isFirst: Bool = true
  ) -> StoredEvent {
    var noted = event(status, label: label)
    noted.effect = StatusEffect(changesStatus: changes, isFirstOfStatus: isFirst)
    return noted
  }

  static let parcelAtTry = ParcelStanding(timeline([event()]))

  static func correction(
    _ status: ParcelStatus = .returned, from previous: ParcelStatus = .inTransit
  ) -> StatusCorrection {
    StatusCorrection(
      seq: 9, parcel: ParcelOfAccount(number: parcel, account: shop), at: time + 120, map: "2-abc",
      change: (previous, Meaning(status: status, reason: .refused)))
  }

  static func erasure(of account: AccountPair? = shop) -> Erasure {
    Erasure(seq: 11, number: parcel, account: account, at: time + 180)
  }

  static func text(
    _ entry: JournalEntry, of parcel: ParcelStanding = parcelAtTry, to endpoint: Endpoint
  ) throws -> String {
    let body = try #require(DeliveryBody(entry, of: parcel, to: endpoint))
    return String(decoding: body.bytes, as: UTF8.self)
  }
}
