import Foundation
import Synchronization
import TestSupport
import Testing

/// A daemon under load and commands that write beside it, all of which are killed at any moment and started
/// again, while files come and a contract is edited.
final class Turmoil: Sendable {
  struct WorkFigures {
    var completed = 0
    var longest = Duration.zero
  }

  struct State {
    var works: [String: WorkFigures] = [:]
    var kills = 0
    var events = 0
    /// Files of the drop, and of this machine, that were written so far.
    var files = 0
    var localFiles = 0
  }

  /// Rows of one file: some that come in, some that are held until a contract allows them, some that are
  /// thrown away.
  private static let (ours, late, unwanted) = (40, 30, 20)
  private static let unwantedID = "EM990003"

  private let server: OpenSSHServer
  private let workspace: Workspace
  private let state = Mutex(State())

  init(_ server: OpenSSHServer, _ workspace: Workspace) {
    self.server = server
    self.workspace = workspace
  }

  var figures: State { state.withLock { $0 } }

  private static func rows(_ file: Int) -> [TrackingRow] {
    let first = file * 1_000
    return TrackingRow.samples(ours, from: first)
      + TrackingRow.samples(late, from: first + 200).under("C7", "EM990001")
      + TrackingRow.samples(unwanted, from: first + 400).under("C8", unwantedID)
  }

  private static func localRows(_ file: Int) -> [TrackingRow] {
    TrackingRow.samples(50, from: 5_000_000 + file * 50)
  }

  /// Lets all of it happen at once for so long.
  func rage(for time: Duration, seed: UInt64) async throws {
    // Commands that maintain want a store to be there.
    try await workspace.drain()
    let end = ContinuousClock.now + time
    let seed = seed * 100
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.killDaemons(until: end, seed: seed) }
      group.addTask { try await self.editContract(until: end) }
      group.addTask { try await self.fillDrop(until: end) }
      group.addTask {
        try await self.loop("release", until: end, seed: seed + 1) { ["held", "release"] }
      }
      group.addTask {
        try await self.loop("discard", until: end, seed: seed + 2) {
          ["held", "discard", "--account-id", Self.unwantedID, "--yes"]
        }
      }
      group.addTask {
        try await self.loop("retry", until: end, seed: seed + 3) {
          let files = self.figures.files
          return files == 0 ? nil : ["files", "retry", "\(Int.random(in: 0..<files)).csv"]
        }
      }
      // Two that read the same files at about the same time.
      for (index, name) in ["ingest", "ingest again"].enumerated() {
        group.addTask {
          try await self.loop(name, until: end, seed: seed + 4 + UInt64(index)) {
            let file = self.state.withLock { state in
              if index == 0 { state.localFiles += 1 }
              return state.localFiles - 1
            }
            return file < 0 ? nil : ["ingest", try self.localFile(file)]
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private func killDaemons(until end: ContinuousClock.Instant, seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    while .now < end {
      let daemon = try workspace.start("run")
      try await Task.sleep(for: .milliseconds(Int.random(in: 300..<2_500, using: &random)))
      daemon.process.signal(SIGKILL)
      state.withLock { $0.kills += 1 }
      #expect(await daemon.process.waitForExit() == Exit.killed, "\(daemon.log)")
    }
  }

  private func editContract(until end: ContinuousClock.Instant) async throws {
    var half = ContractText()
    half["home-fr", "password"] = nil
    var isWhole = false
    while .now < end {
      isWhole.toggle()
      try workspace.put(isWhole ? ContractText() : half)
      try await Task.sleep(for: .milliseconds(700))
    }
  }

  private func fillDrop(until end: ContinuousClock.Instant) async throws {
    while .now < end {
      let file = figures.files
      try server.drop.write("\(file).csv", Self.rows(file).file())
      state.withLock { $0.files += 1 }
      try await Task.sleep(for: .milliseconds(150))
    }
  }

  /// The name of a local file, which is written where it is not there.
  private func localFile(_ number: Int) throws -> String {
    let name = "local\(number).csv"
    if !workspace.folder.holds(name) {
      let part = try workspace.folder.write("part\(UUID())", Self.localRows(number).file())
      guard rename(part, workspace.folder.file(name)) == 0 else {
        throw TestSupportError("cannot rename \(part)")
      }
    }
    return name
  }

  /// Runs a command again and again, killed every other time.
  private func loop(
    _ name: String, until end: ContinuousClock.Instant, seed: UInt64,
    _ arguments: @Sendable () throws -> [String]?
  ) async throws {
    var random = SeededGenerator(seed: seed)
    while .now < end {
      guard let arguments = try arguments() else {
        try await Task.sleep(for: .milliseconds(50))
        continue
      }
      let start = ContinuousClock.now
      let command = try Daemon(
        arguments + ["--config", workspace.configuration], environment: Program.environment(),
        directory: workspace.folder.path, workspace: workspace)
      if Bool.random(using: &random) {
        try await Task.sleep(for: .milliseconds(Int.random(in: 5..<150, using: &random)))
        if !command.process.hasEnded { state.withLock { $0.kills += 1 } }
        command.process.signal(SIGKILL)
        _ = await command.process.waitForExit()
        continue
      }
      let status = await command.process.waitForExit()
      let isExpected = [Exit.done, Exit.incomplete, Exit.notFound].contains(status)
      #expect(isExpected, "\(name): \(status) \(command.log)")
      let took = ContinuousClock.now - start
      state.withLock { state in
        var work = state.works[name] ?? WorkFigures()
        work.completed += 1
        work.longest = max(work.longest, took)
        state.works[name] = work
      }
    }
  }

  /// Lets everything come to its end, and counts.
  func expectAllCounted(_ comment: Comment) async throws {
    try workspace.put(ContractText())
    try await workspace.drain()
    let (files, localFiles) = (figures.files, figures.localFiles)
    for file in 0..<localFiles {
      let ingest = try await workspace.run("ingest", try localFile(file))
      #expect(ingest.status == Exit.done, "\(ingest.standardError)")
    }
    let release = try await workspace.run("held", "release")
    #expect(release.status == Exit.done, "\(release.standardError)")
    _ = try await workspace.run("held", "discard", "--account-id", Self.unwantedID, "--yes")
    #expect(try await workspace.heldRows().isEmpty, comment)

    let own = (0..<files).flatMap { Self.rows($0).dropLast(Self.unwanted) }
    let rows = own + (0..<localFiles).flatMap { Self.localRows($0) }
    let expected = Set(rows.map(\.line)).count
    #expect(try await workspace.content().count == expected, comment)
    let events = try await workspace.events()
    let seqs = events.compactMap(\.seq.integer)
    #expect(seqs.count == expected, comment)
    #expect(zip(seqs, seqs.dropFirst()).allSatisfy { $0 < $1 }, comment)
    state.withLock { $0.events = expected }

    let ledger = try await workspace.json("files").elements
    #expect(ledger.count == files + localFiles, comment)
    var new = 0
    for file in ledger {
      let path = file.path.string ?? ""
      let isLocal = path.contains("/local")
      let all = isLocal ? 50 : Self.ours + Self.late + Self.unwanted
      let fresh = file.events_new.integer ?? -1
      #expect(file.state == "ingested" && file.held == 0, "\(path), \(comment)")
      #expect(file.rows.integer == all, "\(path), \(comment)")
      // All but those that were thrown away.
      #expect(
        fresh + (file.events_repeated.integer ?? -1) == all - (isLocal ? 0 : Self.unwanted),
        "\(path), \(comment)")
      new += fresh
    }
    #expect(new == expected, comment)
  }
}
