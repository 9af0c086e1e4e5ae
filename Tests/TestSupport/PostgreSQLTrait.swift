import Testing

/// Starts a `PostgreSQLServer` for each test and stops it after it.
public struct PostgreSQLTrait: TestTrait, SuiteTrait, TestScoping {
  let settings: [String]

  /// A suite hands the trait down, so that each of its tests has a server of its own.
  public var isRecursive: Bool { true }

  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    try await PostgreSQLServer.withServer(settings: settings) { server in
      try await PostgreSQLServer.$running.withValue(server) { try await function() }
    }
  }
}

extension Trait where Self == PostgreSQLTrait {
  /// A private PostgreSQL server, found as `PostgreSQLServer.current`.
  /// - Parameter settings: lines of postgresql.conf.
  public static func postgreSQL(settings: [String] = []) -> PostgreSQLTrait {
    PostgreSQLTrait(settings: settings)
  }
}
