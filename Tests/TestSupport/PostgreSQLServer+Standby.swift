import Foundation
import Postgres

// A second server that follows the first by streaming replication, until it is promoted.
extension PostgreSQLServer {
  public enum Replication: Sendable {
    /// A commit ends once the standby has it on disk.
    case synchronous
    /// A commit ends before; the standby is behind.
    case asynchronous
  }

  /// Runs a standby of this server for the time of the body.
  public func withStandby<R>(
    _ replication: Replication, isolation: isolated (any Actor)? = #isolation,
    _ body: (PostgreSQLServer) async throws -> R
  ) async throws -> R {
    let folder = try await Self.makeFolder()
    try await Self.succeed(
      Self.owner + [
        try Self.program("pg_basebackup"), "-D", folder.file("data"), "-R", "--no-sync",
        "-c", "fast", "-d", "host=127.0.0.1 port=\(port) user=postgres application_name=standby",
      ])
    return try await Self.running(try await Self.start(folder)) { standby in
      if replication == .synchronous {
        // Here and not in postgresql.conf, which the standby has too: it would wait for one of its own.
        try await execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        try await execute("SELECT pg_reload_conf()")
      }
      let state = replication == .synchronous ? "sync" : "async"
      try await eventually("the standby follows") {
        try await isTrue(
          "SELECT count(*) = 1 FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = '\(state)'"
        )
      }
      return try await body(standby)
    }
  }

  /// Waits until a standby has all that is committed here.
  public func waits(forStandby standby: PostgreSQLServer) async throws {
    let end = try await answer("SELECT pg_current_wal_flush_lsn()::text")
    try await eventually("the standby has all") {
      try await standby.isTrue("SELECT pg_last_wal_replay_lsn() >= '\(end)'::pg_lsn")
    }
  }

  /// A standby gets nothing any more from now on, as if it were far behind.
  public func stopFollowing() async throws {
    try await execute("ALTER SYSTEM SET primary_conninfo = ''")
    try await execute("SELECT pg_reload_conf()")
    try await eventually("the standby has stopped") {
      try await isTrue("SELECT count(*) = 0 FROM pg_stat_wal_receiver")
    }
  }

  /// Makes a standby a server that takes what is written, on a timeline of its own.
  public func promote() async throws {
    guard try await isTrue("SELECT pg_promote()") else {
      throw TestSupportError("the standby was not promoted")
    }
  }

  private func isTrue(_ sql: String) async throws -> Bool {
    try await PostgresConnection.open(PostgresSettings(url: url)).run(sql).first?.bool(0) == true
  }

  private func answer(_ sql: String) async throws -> String {
    try await PostgresConnection.open(PostgresSettings(url: url)).run(sql).first?.text(0) ?? ""
  }
}
