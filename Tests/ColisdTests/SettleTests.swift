import Foundation
import Synchronization
import TestSupport
import Testing

/// A file is taken when it is whole, and not before.
@Suite(.openSSH()) struct SettleTests {
  @Test func aFileThatGrowsIsTakenOnceItRests() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("resting.csv", [TrackingRow(parcel: 0, step: 0)].file())
    let path = try server.drop.write("growing.csv", TrackingRow.header + "\n")

    var written = 0
    var workspace = try await listing(server)
    var first: ProcessResult
    repeat {
      // On a machine that stalls for longer than the program looks, the file does rest.
      workspace = try await listing(server)
      let carrier = Carrier(path: path, after: written)
      async let appending = onThread { try carrier.append() }
      defer { carrier.stop() }
      first = try await workspace.drain()
      carrier.stop()
      written = try await appending
      if carrier.longestPause < .seconds(1) { break }
    } while true

    #expect(first.logLines.contains { $0.contains("event=file.settling file=growing.csv") })
    let early = try await workspace.ledger()
    #expect(early["resting.csv"]?.state == "ingested")
    #expect(early["growing.csv"]?.state == "settling")
    let parcels = try await workspace.events().map(\.parcel)
    #expect(parcels == ["990000000000"])

    try await workspace.drain()
    let late = try await workspace.ledger()
    #expect(late["growing.csv"]?.state == "ingested")
    #expect(late["growing.csv"]?.events_new.integer == written)
    try await workspace.drain()
    let count = try await workspace.events().count
    #expect(count == written + 1)
  }

  private func listing(_ server: OpenSSHServer) async throws -> Workspace {
    try await Workspace(server) { $0.poll["settle"] = "listing" }
  }

  @Test func ageIsJudgedByTheServersOwnClock() async throws {
    let server = try OpenSSHServer.current
    // Written long ago by the server's clock, whatever our clock says: nothing to wait for.
    let old = try server.drop.write("old.csv", [TrackingRow(parcel: 1, step: 0)].file())
    var times = [timeval(tv_sec: 1_000_000, tv_usec: 0), timeval(tv_sec: 1_000_000, tv_usec: 0)]
    #expect(utimes(old, &times) == 0)
    let workspace = try await Workspace(server) { $0.poll["settle"] = "3600s" }
    let start = ContinuousClock.now
    try await workspace.drain()
    #expect(ContinuousClock.now - start < .seconds(30))
    let ledger = try await workspace.ledger()
    #expect(ledger["old.csv"]?.state == "ingested")
  }

  @Test func aFileWithoutItsTrailerStaysSettlingUntilItIsComplete() async throws {
    let server = try OpenSSHServer.current
    let example = try String(
      contentsOf: samples.appending(path: "layouts/with-trailer.example.csv"), encoding: .utf8)
    let lines = example.split(separator: "\n")
    let workspace = try await Workspace(server) {
      $0.layout = ["file": "layouts/with-trailer.yaml"]
    }
    for end in [lines.count - 2, lines.count - 1] {
      try server.drop.write("a.csv", lines[..<end].joined(separator: "\n") + "\n")
      try await workspace.drain()
      let file = try await workspace.ledger()["a.csv"]
      #expect(file?.state == "settling")
      let count = try await workspace.events().count
      #expect(count == 0, "rows of a file that is not complete do not count yet")
    }
    try server.drop.write("a.csv", example)
    try await workspace.drain()
    let files = try await workspace.json("files").elements
    #expect(files.filter { $0.state == "ingested" }.map(\.events_new.integer) == [3])
    #expect(!files.contains { $0.state == "settling" })
    let events = try await workspace.events()
    #expect(events.map(\.status) == ["announced", "out_for_delivery", "delivered"])
  }

  @Test func aTrailerThatCountsOtherwiseMakesTheFileFail() async throws {
    let server = try OpenSSHServer.current
    let example = try String(
      contentsOf: samples.appending(path: "layouts/with-trailer.example.csv"), encoding: .utf8)
    try server.drop.write("a.csv", example.replacing("FIN|3", with: "FIN|4"))
    let workspace = try await Workspace(server) {
      $0.layout = ["file": "layouts/with-trailer.yaml"]
    }
    try await workspace.drain(Exit.incomplete)
    let file = try await workspace.ledger()["a.csv"]
    #expect(file?.state == "failed")
    let error = file?.error.string ?? ""
    #expect(error.contains("3") && error.contains("4"), "\(error)")
  }

  @Test func columnsOfFixedWidthAreReadAsTheSampleSays() async throws {
    let server = try OpenSSHServer.current
    try FileManager.default.copyItem(
      at: samples.appending(path: "layouts/fixed-width.example.txt"),
      to: server.drop.url.appending(path: "fixed.txt"))
    let workspace = try await Workspace(server) {
      $0.layout = ["file": "layouts/fixed-width.yaml"]
      $0.source["include"] = "[\"*.txt\"]"
    }
    try await workspace.drain()
    let parcel = try await workspace.json("parcel", "991122334509")
    #expect(parcel.events.elements.map(\.status) == ["announced", "picked_up", "delivered"])
    #expect(parcel.events.elements.last?.label == "Votre colis a été livré en boîte aux lettres")
    #expect(parcel.events.elements.last?.occurred_at == "2026-09-02T11:03:01+02:00")
    #expect(parcel.order == "CMD-1047")
    #expect(parcel.postcode == "31000")
  }
}

/// Writes a row to a file every twenty milliseconds, whatever keeps the tests' tasks busy.
private final class Carrier: Sendable {
  private let path: String
  /// A late start is a pause too.
  private let made = ContinuousClock.now
  private let state: Mutex<State>

  private struct State {
    var written: Int
    var isStopped = false
    var longestPause = Duration.zero
  }

  /// - Parameter written: how many rows the file has already.
  init(path: String, after written: Int) {
    self.path = path
    state = Mutex(State(written: written))
  }

  func stop() { state.withLock { $0.isStopped = true } }

  /// The longest time between two rows.
  var longestPause: Duration { state.withLock { $0.longestPause } }

  /// Appends until it is stopped.
  /// - Returns: how many rows the file has then.
  func append() throws -> Int {
    var last = made
    while !state.withLock({ $0.isStopped }) {
      let parcel = state.withLock { state in
        state.written += 1
        return state.written
      }
      let file = try FileHandle(forWritingTo: URL(filePath: path))
      defer { try? file.close() }
      try file.seekToEnd()
      try file.write(contentsOf: Data((TrackingRow(parcel: parcel, step: 0).line + "\n").utf8))
      usleep(20_000)
      let now = ContinuousClock.now
      state.withLock { $0.longestPause = max($0.longestPause, now - last) }
      last = now
    }
    return state.withLock { $0.written }
  }
}
