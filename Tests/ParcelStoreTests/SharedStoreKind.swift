import Foundation
import ParcelStore
import Postgres
import PostgresStore
import SQLiteStore
import TestSupport
import Testing

/// Stores that several processes may write to at once.
enum SharedStoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sqlite, postgres

  var testDescription: String { rawValue }

  func make() async throws -> SharedStore {
    switch self {
    case .sqlite: .sqlite(try StoreFile())
    case .postgres: .postgres(url: try await PostgreSQLServer.shared().makeSchema())
    }
  }
}

/// One store that a test opens several times, as processes of their own would.
enum SharedStore {
  case sqlite(StoreFile)
  case postgres(url: String)

  func open(for access: StoreAccess = .writing) async throws -> any EventStore {
    switch self {
    case .sqlite(let file): try file.open(for: access)
    case .postgres(let url):
      try await PostgresEventStore.open(PostgresSettings(url: url), for: access)
    }
  }

  /// What stores of this process are called in messages.
  var me: String {
    switch self {
    case .sqlite: "process \(getpid())"
    case .postgres: "process \(getpid()) on \(ProcessInfo.processInfo.hostName)"
    }
  }

  /// Runs a statement on a connection of its own.
  func execute(_ sql: String) async throws {
    switch self {
    case .sqlite(let file): try file.execute(sql)
    case .postgres(let url):
      try await PostgresConnection.open(PostgresSettings(url: url)).run(sql)
    }
  }
}
