import Foundation
import Postgres

extension Configuration {
  /// A store on a PostgreSQL server, as the section `store` names it.
  struct PostgreSQLStore: Sendable, Hashable {
    /// Has no password, so it may be shown.
    var url: PostgreSQLURL
    var password: SecretReference?
    /// A replica, which is asked instead where nothing is written.
    var readURL: PostgreSQLURL?
    /// How long a worker is taken to be alive after it said so last; nil: as usual.
    var lease: Duration?

    /// Reads the secret. What is said nowhere here libpq looks for itself, in `~/.pgpass` for one.
    func settings() throws(ConfigurationError) -> (
      primary: PostgresSettings, replica: PostgresSettings?
    ) {
      let password = try password?.resolve()
      return (
        PostgresSettings(url: url.text, password: password),
        readURL.map { PostgresSettings(url: $0.text, password: password) }
      )
    }
  }
}

/// A URL of a PostgreSQL server as libpq reads it, such as `postgresql://colisd@db1,db2/colisd`; without any secret.
struct PostgreSQLURL: Sendable, Hashable {
  enum Fault: Error {
    /// Another scheme, blanks, or nothing behind the scheme.
    case form
    case password
    /// What libpq says of it.
    case unreadable(String)
  }

  let text: String

  private static let schemes = ["postgresql://", "postgres://"]

  /// Whether a text is meant to be one.
  static func isMeant(by text: String) -> Bool {
    text.hasPrefix("postgresql:") || text.hasPrefix("postgres:")
  }

  init(_ text: String) throws(Fault) {
    guard let scheme = Self.schemes.first(where: { text.hasPrefix($0) }),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
    else { throw .form }
    let rest = text.dropFirst(scheme.count)
    guard !rest.isEmpty else { throw .form }
    let beginning = rest.prefix { $0 != "?" }
    // libpq looks for a user and a password in front of the first /. A password with a / in it means something else
    // to libpq, and is no less a secret.
    for part in [rest.prefix { $0 != "/" }, beginning] {
      if let end = part.lastIndex(of: "@"), part[..<end].contains(":") { throw .password }
    }
    for parameter in rest.dropFirst(beginning.count + 1).split(separator: "&") {
      let name = parameter.prefix { $0 != "=" }
      // Names of parameters may be written with %, too.
      guard let plain = String(name).removingPercentEncoding else { continue }
      if ["password", "sslpassword"].contains(plain) { throw .password }
    }
    if let fault = PostgresSettings.fault(in: text) { throw .unreadable(fault) }
    self.text = text
  }
}
