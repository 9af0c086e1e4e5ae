import Foundation
import TestSupport
import Testing

/// A drop in which files are left for years.
@Suite(.serialized) struct LargeDropTests {
  private static let count = 100_000
  private static let timeout = Duration.seconds(600)

  /// Files of one row each, made where the test's own tasks are not held up.
  private static func fill(_ drop: TemporaryDirectory) async throws {
    let folder = drop.path
    try await onThread {
      for (index, row) in TrackingRow.samples(count).enumerated() {
        let path = "\(folder)/\(100_000 + index).csv"
        guard let file = fopen(path, "w") else {
          throw TestSupportError("cannot write \(path): \(String(cString: strerror(errno)))")
        }
        let content = [row].file()
        fwrite(content, 1, content.count, file)
        fclose(file)
      }
    }
  }

  @Test(.openSSH()) func aHundredThousandFilesAreTakenOnce() async throws {
    let server = try OpenSSHServer.current
    try await Self.fill(server.drop)
    let workspace = try await Workspace(server)
    let first = try await workspace.drain(timeout: Self.timeout)
    let finished = first.logLines.last ?? ""
    #expect(finished.contains("event=drain.finished files=\(Self.count) "), "\(finished)")
    let status = try await workspace.json("status")
    #expect(status.events.integer == Self.count)
    #expect(status.files.ingested.integer == Self.count)
    try await expectOnlyWhatIsNew(workspace, server.drop)
    try await Self.empty(server.drop)
  }

  @Test func fewAmongAHundredThousandAreFoundOnProFTPD() async throws {
    try await ProFTPDServer.withServer { server in
      try await Self.fill(server.drop)
      let workspace = try await Workspace(server) {
        $0.source["include"] = "[\"*777.csv\", \"late.csv\"]"
      }
      try await workspace.drain(timeout: Self.timeout)
      let files = try await workspace.ledger()
      #expect(files.count == Self.count / 1_000)
      #expect(files.values.allSatisfy { $0.state == "ingested" && $0.events_new == 1 })
      try await expectOnlyWhatIsNew(workspace, server.drop)
      try await Self.empty(server.drop)
    }
  }

  /// On a thread of its own too: the directory's end would hold up the tests beside it.
  private static func empty(_ drop: TemporaryDirectory) async throws {
    let folder = drop.path
    try await onThread {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        unlink("\(folder)/\(name)")
      }
    }
  }

  private func expectOnlyWhatIsNew(_ workspace: Workspace, _ drop: TemporaryDirectory) async throws
  {
    let second = try await workspace.drain(timeout: Self.timeout)
    #expect(second.isIdle, "\(second.logLines.suffix(3))")
    let row = TrackingRow(parcel: 99_999, step: 3)
    try chmod(0o644, drop.write("late.csv", [row].file()))
    try await workspace.drain(timeout: Self.timeout)
    let late = try await workspace.json("parcel", row.parcel)
    #expect(late.events.elements.map(\.file) == ["late.csv"])
  }
}
