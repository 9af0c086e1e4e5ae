import Ingest
import Operators
import ParcelStore

/// What `colisd.yaml` says.
package struct Configuration: Sendable {
  package struct Source: Sendable {
    /// The path of its section in the file: `source`, or `sources[1]`.
    var key: String
    /// Unique in the file.
    package var name: String
    var host: String
    package var port: UInt16
    var username: String
    /// A path, or the file of a credential.
    var privateKey: SecretReference?
    var passphrase: SecretReference?
    var password: SecretReference?
    package var pins: [String]
    package var knownHosts: String?
    var directory: String
    var isRecursive: Bool
    var include: [String]
    static let defaultInclude = ["*.csv", "*.csv.gz"]
    var exclude: [String]
    var afterIngest: AfterIngest.Action
    var grace: Duration
    package var timeout: Duration
    package var connections: Int
    var allowsLegacyAlgorithms: Bool
    /// Its own, or those for all.
    var poll: Poll
    var layout: LayoutChoice
  }

  struct Poll: Sendable {
    var interval: Duration
    var longestBackOff: Duration
    var settle: SettleRule

    static let usual = Poll(
      interval: .seconds(60), longestBackOff: .seconds(900), settle: .listing)
  }

  enum LayoutChoice: Hashable, Sendable {
    case builtIn
    case file(String)
  }

  enum StoreLocation: Sendable {
    case sqlite(path: String)
    case postgresql(PostgreSQLStore)

    /// Without any secret.
    var description: String {
      switch self {
      case .sqlite(let path): "sqlite:\(path)"
      case .postgresql(let store): store.url.text
      }
    }
  }

  enum LogFormat: Sendable { case auto, text, journald, json }

  struct Log: Sendable {
    var format: LogFormat
    var level: String
  }

  /// Where and whom the daemon answers.
  struct HTTP: Sendable {
    var listeners: [Listener]
    var token: SecretReference?
    var hosts: [String]

    /// Reads the secret.
    func rules() throws(ConfigurationError) -> ServerRules {
      ServerRules(listeners: listeners, token: try token?.resolve(), hosts: hosts)
    }
  }

  /// How long things are kept. Nil: for ever; of copies of files: not at all.
  struct Retention: Sendable {
    var events: EventRetention?
    var held: Duration?
    var raw: Duration?
  }

  /// The file that it was read from.
  var path: String
  /// At least one, in the order of the file.
  package var sources: [Source]
  /// For local files, and for sources that say nothing else.
  var layout: LayoutChoice
  /// Nil: the built-in map.
  var statusMapFile: String?
  var contractsDirectory: String
  var skipsUnknownAccounts: Bool
  /// How long held rows are kept; nil: until their contract allows them.
  var heldRetention: Duration?
  /// How long the bytes of files are kept; nil: they are not.
  var rawRetention: Duration?
  /// How long events are kept; nil: for ever.
  var eventRetention: EventRetention?
  /// How long a parcel waits at a pick-up point, in calendar days.
  var pickupDays: Int
  var store: StoreLocation
  var log: Log
  /// Nil: nothing is asked.
  var heartbeat: Heartbeat?
  /// Nil: nothing is answered by HTTP.
  var http: HTTP?
  /// In the order of the file.
  package var webhooks: [Webhook]

  static let defaultPath = "/etc/colisd/colisd.yaml"
}
