import HTTPClient
import Status

extension Configuration {
  /// Who is told of what happens to parcels, and how.
  package struct Webhook: Sendable {
    enum Format: Sendable {
      case event, sendcloud
      /// The path of a file.
      case template(String)
    }

    /// The path of its section in the file: `webhooks[0]`.
    var key: String
    /// Unique in the file.
    package var name: String
    /// May be a secret: only `server` may be shown.
    package var url: String
    /// Scheme, host and port.
    var server: String
    /// One, or two during a rotation.
    var secrets: [SecretReference]
    var format = Format.event
    /// Nil: all.
    var statuses: Set<ParcelStatus>?
    var onlyChanges = false
    /// The IDs of contracts; nil: all.
    var contracts: Set<String>?
    /// For so many parcels at once it is sent something.
    package var concurrency = 4
    package var timeout = Duration.seconds(15)
    /// What happened longer ago is not sent.
    var maxAge = Duration.seconds(30 * 86_400)
    /// How many requests a second at most: who comes back after a week is not flooded.
    var rate = 100
    /// Whether it gets what rows say of the recipient.
    var personalData = true
    /// Private networks to which it may be sent all the same.
    package var allowedNetworks: [AddressNetwork] = []
  }
}
