import HTTPClient
import Status

/// Who is told of what happens to parcels, and how: an entry of `webhooks` in the configuration.
public struct Endpoint: Sendable {
  public enum Format: Sendable {
    /// What `colisd events` prints, and what is known of the parcel.
    case event
    /// What Sendcloud sends, for shops that read that already.
    case sendcloud
    case template(BodyTemplate)
  }

  public var name: String
  /// Its path may be a secret: only `server` may be shown.
  public var url: String
  /// One, or two during a rotation: each request is signed with both.
  public var secrets: [WebhookSecret]
  public var format = Format.event
  /// Nil: all.
  public var statuses: Set<ParcelStatus>?
  /// Whether it wants only what changes a parcel's current status.
  public var onlyChanges = false
  /// The IDs of contracts; nil: all.
  public var contracts: Set<String>?
  /// For so many parcels at once it is sent something.
  public var concurrency = 4
  public var timeout = Duration.seconds(15)
  /// What happened longer ago is not sent; see `DeliveryChoice`.
  public var maxAge = Duration.seconds(30 * 86_400)
  /// How many requests a second at most; nil: as many as it takes.
  public var rate: Int?
  /// Whether it gets what rows say of the recipient.
  public var personalData = true
  /// Private networks to which it may be sent all the same.
  public var allowedNetworks: [AddressNetwork] = []

  public init(name: String, url: String, secrets: [WebhookSecret]) {
    self.name = name
    self.url = url
    self.secrets = secrets
  }

  /// Scheme, host and port, without anything that may be a secret.
  public var server: String {
    guard let start = url.firstRange(of: "://") else { return "" }
    let authority = url[start.upperBound...].prefix { !"/?#".contains($0) }
    let host = authority.split(separator: "@").last ?? authority
    return String(url[..<start.upperBound] + host)
  }
}
