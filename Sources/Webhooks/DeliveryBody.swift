import Carrier
import ParcelStore
import Views

/// The body of a request to an endpoint.
public struct DeliveryBody: Sendable, Hashable {
  public let bytes: [UInt8]
  /// The header `content-type`.
  public let contentType: String

  init(_ bytes: [UInt8], _ contentType: String = "application/json") {
    self.bytes = bytes
    self.contentType = contentType
  }

  /// What an endpoint is sent of an entry of the journal.
  /// - Parameter parcel: as it is now.
  /// - Returns: nil of entries that are no more: nobody is sent anything of them.
  public init?(_ entry: JournalEntry, of parcel: ParcelStanding, to endpoint: Endpoint) {
    switch endpoint.format {
    case .event:
      guard let json = entry.message(of: parcel, personalData: endpoint.personalData) else {
        return nil
      }
      self.init(json)
    case .sendcloud:
      guard
        let message = SendcloudMessage(entry, of: parcel, personalData: endpoint.personalData)
      else { return nil }
      self.init(message.bytes)
    case .template(let template):
      guard let json = entry.message(of: parcel, personalData: endpoint.personalData) else {
        return nil
      }
      self = template.body(of: json)
    }
  }

  /// What an endpoint is sent to see whether it can be reached. It is about no parcel.
  /// - Parameter now: seconds since 1970.
  public init(testOf endpoint: Endpoint, at now: Int64) {
    switch endpoint.format {
    case .event: self.init(Self.test(endpoint, now))
    case .sendcloud: self.init(SendcloudMessage.test.bytes)
    case .template(let template): self = template.body(of: Self.test(endpoint, now))
    }
  }

  private init(_ json: JSON) {
    var bytes: [UInt8] = []
    json.write(to: &bytes)
    self.init(bytes)
  }

  private static func test(_ endpoint: Endpoint, _ now: Int64) -> JSON {
    .object([
      ("type", .string(EventMessage.TypeName.test)), ("timestamp", JSON(utc: now)),
      ("data", .object([("endpoint", .string(endpoint.name))])),
    ])
  }
}
