import Foundation
import TestSupport
import Testing

/// The store as a whole: copies, checks, and positions in its events.
@Suite struct StoreCommandTests {
  private func workspace() async throws -> Workspace {
    let workspace = try Workspace()
    try workspace.configureWithoutServer()
    try await workspace.ingest([TrackingRow(parcel: 1, step: 0), TrackingRow(parcel: 2, step: 0)])
    return workspace
  }

  @Test func aPositionWithTheStoresIDIsTakenAndThatOfAnotherIsRefused() async throws {
    let workspace = try await workspace()
    let id = try #require(try await workspace.json("status").store_id.string)
    let all = try await workspace.run("events")
    #expect(all.lines.count == 2)
    let rest = try await workspace.run("events", "--after", "\(id):1")
    #expect(rest.status == Exit.done, "\(rest.standardError)")
    #expect(rest.lines == Array(all.lines.dropFirst()))
    let refused = try await workspace.run("events", "--after", "0\(id):1")
    #expect(refused.status == Exit.usage && refused.standardOutput.isEmpty)
    #expect(refused.standardError.contains("begin again without it"))
  }

  @Test(arguments: ["-1", "x", "a:b", ":1"])
  func whatIsNoPositionIsRefused(_ text: String) async throws {
    let result = try await workspace().run("events", "--after=\(text)")
    #expect(result.status == Exit.usage && result.standardOutput.isEmpty)
  }

  @Test func aBackupHasAllEventsAndAnIDOfItsOwn() async throws {
    let workspace = try await workspace()
    let id = try await workspace.json("status").store_id.string
    let events = try await workspace.run("events").standardOutput
    let copy = NSTemporaryDirectory() + "/colisd-copy-\(UUID().uuidString).db"
    let result = try await workspace.run("backup", copy)
    #expect(result.status == Exit.done, "\(result.standardError)")
    defer { try? FileManager.default.removeItem(atPath: copy) }
    let again = try await workspace.run("backup", copy)
    #expect(again.status == Exit.localIO && again.standardError.contains("another name"))

    let restored = try Workspace()
    try restored.configureWithoutServer { $0.store["url"] = "\"sqlite:\(copy)\"" }
    #expect(try await restored.run("events").standardOutput == events)
    let other = try await restored.json("status").store_id.string
    #expect(other != nil && other != id)
    for options in [[], ["--full"]] {
      let check = try await restored.run(["store", "check"] + options)
      #expect(check.lines == ["ok     the store is whole"], "\(check.standardError)")
    }
    for end in ["-wal", "-shm", ".lock"] { try? FileManager.default.removeItem(atPath: copy + end) }
  }
}
