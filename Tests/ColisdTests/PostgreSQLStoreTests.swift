import Foundation
import TestSupport
import Testing

/// The program with a store on a PostgreSQL server.
@Suite(.postgreSQLSchemas) struct PostgreSQLStoreTests {
  private let password = "s3cret-of-the-store"

  /// - Parameter change: of the section `store`.
  private func workspace(
    _ change: (inout Settings.Section) -> Void = { _ in }
  ) async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.removeContract("comptoir-nantes")
    let url = try await PostgreSQLServer.shared().makeSchema()
    let secret = try workspace.secret("store.password", password)
    try workspace.configureWithoutServer {
      $0.store = ["url": "\"\(url)\"", "password": secret]
      change(&$0.store)
    }
    return workspace
  }

  @Test func whatIsIngestedIsFound() async throws {
    let workspace = try await workspace { $0["read-url"] = $0["url"] }
    try await workspace.ingest([TrackingRow(parcel: 1, step: 0), TrackingRow(parcel: 2, step: 0)])
    let events = try await workspace.run("events")
    #expect(events.status == Exit.done && events.lines.count == 2, "\(events.standardError)")
    #expect(try await workspace.json("status").store_id.string?.isEmpty == false)
    let check = try await workspace.run("check")
    let lines = check.lines.filter { $0.contains("store: ") }
    #expect(lines.count == 2 && lines.existAndAll { $0.hasPrefix("ok     store: ") }, "\(lines)")
    #expect(lines.last?.contains("read at postgresql://") == true, "\(lines)")
  }

  @Test func beforeTheFirstDrainThereIsNone() async throws {
    let check = try await workspace().run("check")
    #expect(check.standardOutput.contains("is made by the first drain"), "\(check.standardOutput)")
  }

  @Test func aPasswordThatOthersCanReadIsRefused() async throws {
    let workspace = try await workspace()
    try chmod(0o644, workspace.folder.file("secrets/store.password"))
    let events = try await workspace.run("events")
    #expect(events.status == Exit.configuration)
    #expect(events.standardError.contains("store.password: "), "\(events.standardError)")
    let check = try await workspace.run("check")
    #expect(
      check.lines.contains { $0.hasPrefix("error ") && $0.contains("store.password: ") },
      "\(check.standardOutput)")
  }

  @Test func aPasswordThatOnlyUnitsHaveIsNotLookedAt() async throws {
    let workspace = try await workspace { $0["password"] = "{ credential: store-password }" }
    let check = try await workspace.run("check")
    #expect(
      check.lines.contains { $0.hasPrefix("ok ") && $0.contains("the credential store-password") },
      "\(check.standardOutput)")
  }

  @Test func checkSaysWhetherTheRoleMayWrite() async throws {
    let workspace = try await workspace()
    try await workspace.ingest([TrackingRow(parcel: 1, step: 0)])
    // Roles are those of all databases and tests.
    let role = "reader_\(UInt32.random(in: .min ... .max))"
    try await PostgreSQLServer.shared().execute("CREATE ROLE \(role) LOGIN")
    let before = try String(contentsOfFile: workspace.folder.file("colisd.yaml"), encoding: .utf8)
    try before.replacing("postgres@", with: "\(role)@").write(
      toFile: workspace.folder.file("colisd.yaml"), atomically: true, encoding: .utf8)
    let check = try await workspace.run("check")
    #expect(
      check.lines.contains { $0.hasPrefix("error ") && $0.contains("the role \(role) may not") },
      "\(check.standardOutput)")
  }

  @Test func aURLThatLibpqCannotReadIsAMistakeInTheFile() async throws {
    let workspace = try await workspace { $0["url"] = "\"postgresql://127.0.0.1/x?passwrd=y\"" }
    let status = try await workspace.run("status")
    #expect(status.status == Exit.configuration)
    #expect(status.standardError.contains("store.url can't be read: "), "\(status.standardError)")
  }

  @Test func theServersOwnMeansMakeBackups() async throws {
    let workspace = try await workspace()
    try await workspace.ingest([TrackingRow(parcel: 1, step: 0)])
    let backup = try await workspace.run("backup", "copy.db")
    #expect(backup.status == Exit.localIO && backup.standardOutput.isEmpty)
    #expect(!workspace.folder.holds("copy.db"))
  }
}
