import Foundation
import TestSupport
import Testing

/// A drain and a daemon make history follow the status map by themselves.
@Suite(.openSSH()) struct RemapServiceTests {
  private func map(_ codes: [String: String]) -> String {
    "name: annex\ncodes:\n"
      + codes.sorted { $0.key < $1.key }.map { "  \($0.key): { status: \($0.value) }\n" }.joined()
  }

  /// A drop with one parcel that is delivered, and one with a code that the map lacks.
  private func workspace(_ server: OpenSSHServer) async throws -> Workspace {
    var rows = [TrackingRow(parcel: 1, step: 4), TrackingRow(parcel: 2, step: 4)]
    rows[1].code = "ZZ9"
    rows[1].label = "Flashage hors boucle"
    try server.drop.write("a.csv", rows.file())
    let workspace = try await Workspace(server) { $0.statusMap = ["file": "annex.yaml"] }
    try workspace.folder.write("annex.yaml", map(["LIV": "delivered"]))
    return workspace
  }

  private func statuses(_ workspace: Workspace) async throws -> [String: String] {
    let parcels = try await workspace.json("parcels").elements
    return Dictionary(
      parcels.compactMap { parcel in
        guard let number = parcel.parcel.string, let status = parcel.status.string else {
          return nil
        }
        return (number, status)
      }
    ) { $1 }
  }

  private let known = ["990000000001": "delivered", "990000000002": "unmapped"]
  private let learnt = ["990000000001": "delivered", "990000000002": "on_hold"]

  @Test func aDrainFollowsTheMapOfTodayOnce() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await workspace(server)
    try await workspace.drain()
    #expect(try await statuses(workspace) == known)
    try workspace.folder.write("annex.yaml", map(["LIV": "delivered", "ZZ9": "on_hold"]))
    let second = try await workspace.drain()
    let remapped = second.lines("code.remapped")
    #expect(remapped.count == 1, "\(second.standardError)")
    for field in ["code=ZZ9", "from=unmapped", "to=on_hold", "parcels=1"] {
      #expect(remapped.allSatisfy { $0.contains(" \(field)") }, "\(remapped)")
    }
    let followed = second.lines("map.followed")
    #expect(followed.count == 1 && followed[0].contains("corrected=1"), "\(followed)")
    #expect(try await statuses(workspace) == learnt)
    let events = try await workspace.events()
    #expect(events.map(\.type) == ["event", "event", "correction"])
    #expect(events.last?.previous_status == "unmapped" && events.last?.status == "on_hold")

    let third = try await workspace.drain()
    #expect(third.lines("code.remapped").isEmpty && third.lines("map.followed").isEmpty)
    #expect(try await workspace.events().count == 3)
  }

  @Test func aDrainWithAMapThatForgetsLeavesHistoryAlone() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await workspace(server)
    try await workspace.drain()
    try workspace.folder.write("annex.yaml", map(["XYZ": "delivered"]))
    let second = try await workspace.drain()
    let waits = second.lines("map.waits")
    #expect(waits.count == 1 && waits[0].contains("code=LIV"), "\(second.standardError)")
    #expect(waits.allSatisfy { $0.contains("remap --yes") })
    #expect(try await statuses(workspace) == known)
    #expect(try await workspace.events().count == 2)
  }

  @Test func aDaemonFollowsTheMapAtItsStartAndAtSIGHUP() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await workspace(server)
    try await workspace.drain()
    try workspace.folder.write("annex.yaml", map(["LIV": "delivered", "ZZ9": "on_hold"]))
    let daemon = try workspace.start("run")
    try await daemon.waits(for: "map.followed", count: 1)
    #expect(try await statuses(workspace) == learnt)
    try workspace.folder.write("annex.yaml", map(["LIV": "delivered", "ZZ9": "lost"]))
    daemon.process.signal(SIGHUP)
    try await daemon.waits(for: "map.followed", count: 2)
    #expect(try await statuses(workspace)["990000000002"] == "lost")
    // A slip at SIGHUP: the map waits, and the daemon goes on.
    try workspace.folder.write("annex.yaml", map(["ZZ9": "lost"]))
    daemon.process.signal(SIGHUP)
    try await daemon.waits(for: "map.waits")
    #expect(try await statuses(workspace)["990000000001"] == "delivered")
    #expect(try await daemon.end() == Exit.done)
    let events = try await workspace.events()
    #expect(
      events.filter { $0.type == "correction" }.map(\.previous_status) == ["unmapped", "on_hold"])
    #expect(try await workspace.run("store", "check").status == Exit.done)
  }
}
