import CLibPQ

/// Where a server is, and how to get in. What is not said here libpq takes from `PG*` in the environment, from
/// `pg_service.conf` and from `~/.pgpass`, as every program with libpq does.
///
///     PostgresSettings(url: "postgresql://colisd@db1,db2/colisd?target_session_attrs=read-write")
public struct PostgresSettings: Sendable {
  /// A URL or a string of keywords; libpq reads both.
  public var url: String
  /// Nil: libpq looks for one.
  public var password: String?
  /// How long each host has to answer.
  public var connectTimeout: Duration = .seconds(10)
  /// How the sessions call themselves in `pg_stat_activity`.
  public var applicationName = "colisd"

  public init(url: String, password: String? = nil) {
    self.url = url
    self.password = password
  }

  /// Why libpq can't read a URL, in its words; nil: it can.
  public static func fault(in url: String) -> String? {
    var message: UnsafeMutablePointer<CChar>?
    if let options = PQconninfoParse(url, &message) {
      PQconninfoFree(options)
      return nil
    }
    guard let message else { return "there is no memory to read it" }
    defer { PQfreemem(message) }
    return oneLine(String(cString: message))
  }

  /// The server and the database for messages, without any secret: `postgresql://colisd@db1,db2/colisd`.
  public var name: String {
    var said: [String: String] = [:]
    if let options = PQconninfoParse(url, nil) {
      defer { PQconninfoFree(options) }
      var option = options
      while let keyword = option.pointee.keyword {
        if let value = option.pointee.val {
          said[String(cString: keyword)] = String(cString: value)
        }
        option += 1
      }
    }
    let user = said["user"].map { "\($0)@" } ?? ""
    let hosts = (said["host"] ?? said["hostaddr"] ?? "").split(separator: ",")
    let ports = (said["port"] ?? "").split(separator: ",")
    let places = hosts.enumerated().map { index, host in
      let port = ports.indices.contains(index) ? ports[index] : ports.first
      return host + (port.map { ":\($0)" } ?? "")
    }
    return "postgresql://\(user)\(places.joined(separator: ","))/\(said["dbname"] ?? "")"
  }

  /// As libpq takes them: of two with one name the later one counts, so the URL may set another timeout, and no other
  /// encoding.
  private var parameters: [(keyword: String, value: String)] {
    var parameters = [
      ("fallback_application_name", applicationName),
      ("connect_timeout", "\(max(2, connectTimeout.components.seconds))"),
      // Otherwise libpq asks for a Kerberos ticket at each connection, in a library that does not bear an end of the
      // process meanwhile. Whoever has one says so in the URL.
      ("gssencmode", "disable"),
      // A server that has vanished answers nothing, and the system would wait for it for hours.
      ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "25000"),
      ("dbname", url), ("client_encoding", "UTF8"),
    ]
    if let password { parameters.append(("password", password)) }
    return parameters
  }

  func withParameters<R>(
    _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> R
  ) -> R {
    withCStrings(parameters.map(\.keyword)) { keywords in
      withCStrings(parameters.map(\.value)) { values in body(keywords, values) }
    }
  }
}

/// An array of C strings that ends with nil.
func withCStrings<R>(
  _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
) -> R {
  var bytes: [CChar] = []
  var places: [Int] = []
  for text in texts {
    places.append(bytes.count)
    bytes += text.utf8CString
  }
  return bytes.withUnsafeBufferPointer { buffer in
    let pointers = places.map { place in buffer.baseAddress.map { UnsafePointer($0 + place) } }
    return (pointers + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) }
  }
}
