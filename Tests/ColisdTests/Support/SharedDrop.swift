import Foundation
import TestSupport
import Testing

/// One drop and one store on PostgreSQL, for several processes: each has a folder and a configuration of its
/// own.
struct SharedDrop: Sendable {
  /// How long a silent worker is taken to be alive: the shortest that is accepted, so that tests need not wait longer.
  static let lease = Duration.seconds(3)

  let server: OpenSSHServer
  let storeURL: String
  private let change: @Sendable (inout Settings) -> Void

  /// - Parameters:
  ///   - storeURL: nil: a schema of its own on the server of all tests.
  ///   - change: of the configuration of all workers.
  init(
    _ server: OpenSSHServer, storeURL: String? = nil,
    _ change: @escaping @Sendable (inout Settings) -> Void = { _ in }
  ) async throws {
    self.server = server
    if let storeURL {
      self.storeURL = storeURL
    } else {
      self.storeURL = try await PostgreSQLServer.shared().makeSchema()
    }
    self.change = change
  }

  /// What the configurations of all workers have.
  func configure(_ settings: inout Settings) {
    settings.store = ["url": "\"\(storeURL)\""]
    settings.workers = ["lease": "\(Self.lease.components.seconds)s"]
    settings.log["level"] = "debug"
    change(&settings)
  }

  /// What one worker has of its own.
  /// - Parameter change: of this worker's configuration.
  func workspace(_ change: (inout Settings) -> Void = { _ in }) async throws -> Workspace {
    try await Workspace(server) { settings in
      configure(&settings)
      change(&settings)
    }
  }

  /// How workers call a process.
  static func name(of daemon: Daemon) -> String { "process \(daemon.process.identifier) on " }
}

extension Workspace {
  /// The workers, as `status` gives them.
  func workers() async throws -> [JSONValue] { try await json("status").workers.elements }

  /// Waits until the store has so many workers.
  func waits(
    forWorkers count: Int, within limit: Duration = .seconds(30)
  ) async throws {
    try await eventually(within: limit, "\(count) workers") {
      try await statusIfThere()?.workers.elements.count == count
    }
  }

  /// Waits until a file is being read, and some of its rows are stored.
  /// - Parameter rows: fewer than the file has.
  func waits(forRowsOf name: String, fewerThan rows: Int) async throws {
    try await eventually(within: .seconds(60), "a part of \(name) is stored") {
      let result = try await run("files", "--json")
      guard result.status == Exit.done else { return false }
      let file = try JSONValue(result.standardOutput).elements.first { $0.path.string == name }
      if file?.state == "ingested" { throw TestSupportError("\(name) was read too fast") }
      return file?.rows.integer ?? 0 > 0
    }
  }
}
