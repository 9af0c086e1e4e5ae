import Postgres
import Synchronization

extension PostgreSQLServer {
  /// One server for all tests of this process: it is started when somebody asks for it first, and ends with the
  /// process. It keeps nothing through a power cut, and stands in memory where it can: each test makes and removes some
  /// hundred files.
  public static func shared() async throws -> PostgreSQLServer {
    try await SharedPostgreSQLServer.instance.server()
  }

  /// Makes an empty schema, which is quicker than a database. The trait `.postgreSQLSchemas` takes it away again.
  /// - Returns: a URL by which all tables are those of this schema.
  public func makeSchema() async throws -> String {
    let number = Self.lastSchema.wrappingAdd(1, ordering: .relaxed).newValue
    let name = "test_\(number)"
    try await PostgresConnection.open(PostgresSettings(url: url)).run("CREATE SCHEMA \(name)")
    PostgreSQLSchemas.ofTest?.add(name)
    return "\(url)?options=-c%20search_path%3D\(name)"
  }

  /// Runs a statement as the superuser.
  public func execute(_ sql: String) async throws {
    try await PostgresConnection.open(PostgresSettings(url: url)).run(sql)
  }

  private static let lastSchema = Atomic(0)

  /// What cannot be dropped now ends with the server.
  func drop(_ schemas: [String]) async {
    guard !schemas.isEmpty,
      let session = try? await PostgresConnection.open(PostgresSettings(url: url))
    else { return }
    // A store that was let go of may still end its last transaction.
    _ = try? await session.run("SET lock_timeout = '5s'")
    for name in schemas { _ = try? await session.run("DROP SCHEMA \(name) CASCADE") }
  }
}

private actor SharedPostgreSQLServer {
  static let instance = SharedPostgreSQLServer()

  private var starting: Task<PostgreSQLServer, any Error>?

  func server() async throws -> PostgreSQLServer {
    let starting =
      starting
      ?? Task {
        try await PostgreSQLServer.start(
          [
            "fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=300",
            // Sessions of a process that was killed must not keep the server.
            "client_connection_check_interval=1s",
            // The log of what was written would take more room than all tables.
            "max_wal_size=256MB",
          ], in: .inMemory(of: 3 << 30), outlivesItsUsers: true)
      }
    self.starting = starting
    return try await starting.value
  }
}
