import Foundation
import Synchronization
import TestSupport
import Testing

/// Several daemons on one drop and one store, which are killed, stopped and cut off at any moment, while files come and
/// somebody follows the events.
final class WorkerTurmoil: Sendable {
  struct State {
    /// Numbers of the events that some file has.
    var events: Set<Int> = []
    var files = 0
    /// By the name of the file.
    var rows: [String: Int] = [:]
    var kills = 0
    var stops = 0
    var cuts = 0
    var isOver = false
  }

  private static let workers = 4
  /// How many sessions with the database are ended at least.
  static let fewestCuts = 11

  private let server: OpenSSHServer
  private let database: PostgreSQLServer
  /// Between one of the workers and the database.
  private let relay: Relay
  private let workspaces: [Workspace]
  private let state = Mutex(State())

  init(_ server: OpenSSHServer, _ database: PostgreSQLServer) async throws {
    self.server = server
    self.database = database
    let relay = try Relay(to: database.port)
    self.relay = relay
    let shared = try await SharedDrop(server, storeURL: database.url) {
      $0.source["after-ingest"] = "{ move: archive }"
      $0.poll["max-backoff"] = "1s"
      $0.log["level"] = "info"
    }
    var workspaces: [Workspace] = []
    for number in 0..<Self.workers {
      workspaces.append(
        try await shared.workspace {
          guard number == 0 else { return }
          $0.store["url"] =
            "\"\(database.url.replacing(":\(database.port)/", with: ":\(relay.port)/"))\""
        })
    }
    self.workspaces = workspaces
  }

  deinit { relay.close() }

  var figures: State { state.withLock { $0 } }

  // MARK: What happens

  /// Lets all of it happen at once for so long, and then lets the workers finish undisturbed.
  /// - Parameter files: how many are there at the beginning.
  func rage(for time: Duration, files: Int, seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<files { try await addFile(&random) }
    state.withLock { $0.isOver = false }
    let end = ContinuousClock.now + time
    let follower = Task { try await follow(seed: seed + 1) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.fillDrop(until: end, seed: seed + 2) }
      group.addTask { try await self.cutConnections(until: end, seed: seed + 3) }
      for (number, workspace) in workspaces.enumerated() {
        group.addTask {
          try await self.work(workspace, until: end, seed: seed + 10 + UInt64(number))
        }
      }
      try await group.waitForAll()
    }
    state.withLock { $0.isOver = true }
    try await expectFollowed(try await follower.value)
  }

  /// Writes a file that shares some of its events with those before.
  private func addFile(_ random: inout SeededGenerator) async throws {
    let (number, next) = state.withLock { state in
      defer { state.files += 1 }
      return (state.files, (state.events.max() ?? -1) + 1)
    }
    let first = max(0, next - Int.random(in: 0..<20, using: &random))
    let range = first..<first + Int.random(in: 1..<60, using: &random)
    // As carriers do it: written under a name that is left out, then renamed.
    let name = "TRK_\(1_000_000 + number).csv"
    var rows = TrackingRow.samples(range.count, from: range.lowerBound)
    // Some have so many rows, most of them again and again, that they are stored in several transactions.
    if number % 25 == 7 { rows = Array(repeatElement(rows, count: 60_000 / rows.count).joined()) }
    let (drop, content) = (server.drop, rows)
    try await onThread {
      try drop.write(name + ".part", content.file())
      try FileManager.default.moveItem(
        atPath: drop.file(name + ".part"), toPath: drop.file(name))
    }
    state.withLock {
      $0.events.formUnion(range)
      $0.rows[name] = content.count
    }
  }

  private func fillDrop(until end: ContinuousClock.Instant, seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    while .now < end {
      for _ in 0..<Int.random(in: 1..<12, using: &random) { try await addFile(&random) }
      try await Task.sleep(for: .milliseconds(Int.random(in: 50..<500, using: &random)))
    }
  }

  /// Ends sessions of the database, whoever has them, and lets the way of one worker to it fail.
  private func cutConnections(until end: ContinuousClock.Instant, seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let kinds: [NetworkFault.Kind] = [.cut, .reset, .stall, .delay(.milliseconds(20))]
    // On a busy machine few of them fit into the time.
    let lastEnd = end + .seconds(60)
    while .now < end || (figures.cuts < Self.fewestCuts && .now < lastEnd) {
      try await Task.sleep(for: .milliseconds(Int.random(in: 100..<1_200, using: &random)))
      try await database.execute(
        """
        SELECT pg_terminate_backend(pid) FROM (
          SELECT pid FROM pg_stat_activity
          WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
          ORDER BY backend_start OFFSET \(Int.random(in: 0..<12, using: &random)) LIMIT 1) s
        """)
      state.withLock { $0.cuts += 1 }
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        relay.fault = NetworkFault(
          kinds.randomElement(using: &random) ?? .cut,
          after: .random(in: 0..<60_000, using: &random),
          Bool.random(using: &random) ? .fromServer : .fromClient)
      case 1:
        relay.close()
        try await Task.sleep(for: .milliseconds(Int.random(in: 50..<2_000, using: &random)))
        try relay.open()
      default: relay.fault = nil
      }
    }
    relay.fault = nil
    // What is stalled by now would be so for ever.
    relay.close()
    try relay.open()
  }

  /// A worker, killed and stopped until the end, and then left alone until all files are moved.
  private func work(
    _ workspace: Workspace, until end: ContinuousClock.Instant, seed: UInt64
  ) async throws {
    var random = SeededGenerator(seed: seed)
    var daemon = try workspace.start("run")
    while .now < end {
      try await Task.sleep(for: .milliseconds(Int.random(in: 200..<2_500, using: &random)))
      if Bool.random(using: &random) {
        daemon.process.signal(SIGKILL)
        try await expectEnd(of: daemon)
        state.withLock { $0.kills += 1 }
        daemon = try workspace.start("run")
      } else {
        daemon.process.signal(SIGSTOP)
        let longer = Duration.milliseconds(Int.random(in: 200..<2_500, using: &random))
        try await Task.sleep(for: SharedDrop.lease + longer)
        daemon.process.signal(SIGCONT)
        state.withLock { $0.stops += 1 }
      }
    }
    try await finish(workspace, daemon)
  }

  /// A daemon that could not open the store at its start has ended by itself.
  private func expectEnd(of daemon: Daemon) async throws {
    let status = await daemon.process.waitForExit()
    #expect(
      [Exit.killed, Exit.unreachable, Exit.localIO].contains(status), "\(status): \(daemon.log)")
  }

  private func finish(_ workspace: Workspace, _ last: Daemon) async throws {
    var daemon = last
    let deadline = ContinuousClock.now + .seconds(120)
    while try server.drop.names() != ["archive"] {
      if daemon.process.hasEnded {
        try await expectEnd(of: daemon)
        daemon = try workspace.start("run")
      }
      guard .now < deadline else {
        let left = try server.drop.names()
        throw TestSupportError(
          "\(left.count - 1) files are left in the drop, such as \(left.last ?? ""): "
            + daemon.log.suffix(4_000))
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    if daemon.process.hasEnded { return try await expectEnd(of: daemon) }
    #expect(try await daemon.end() == Exit.done, "\(daemon.log.suffix(4_000))")
  }

  // MARK: Who follows

  /// Reads all events, through restarts from the last one that it has seen, until it has as many as the files have.
  private func follow(seed: UInt64) async throws -> [String] {
    var random = SeededGenerator(seed: seed)
    let workspace = workspaces[1]
    var lines: [String] = []
    var deadline: ContinuousClock.Instant?
    while true {
      let last = try lines.last.map { try JSONValue($0).seq.integer ?? -1 } ?? 0
      let follower = try workspace.start("events", "--follow", "--after", "\(last)")
      let end = ContinuousClock.now + .milliseconds(Int.random(in: 300..<3_000, using: &random))
      while !follower.process.hasEnded, .now < end {
        try await Task.sleep(for: .milliseconds(20))
      }
      follower.process.signal(SIGKILL)
      _ = await follower.process.waitForExit()
      // The last line may be cut off.
      let new = follower.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      lines += new.map(String.init)
      let state = figures
      guard state.isOver else { continue }
      if lines.count >= state.events.count { return lines }
      deadline = deadline ?? .now + .seconds(30)
      if let deadline, .now > deadline { return lines }
    }
  }

  /// Checks that a follower has seen each event once, in the order of `seq`, and no other.
  private func expectFollowed(_ lines: [String]) async throws {
    let events = figures.events
    let (seqs, keys) = try await onThread {
      let entries = try lines.map { try JSONValue($0) }
      return (
        entries.map { $0.seq.integer ?? -1 },
        entries.map { "\($0.parcel.string ?? "") \($0.code.string ?? "")" }
      )
    }
    #expect(seqs.count == events.count)
    // A sequence without a gap begins at 1 and ends at its length.
    let wrong = seqs.indices.first { seqs[$0] != $0 + 1 }
    #expect(wrong == nil, "\(seqs[max(0, (wrong ?? 0) - 3)..<min(seqs.count, (wrong ?? 0) + 3)])")
    let expected = Set(
      events.map { number in
        let row = TrackingRow(parcel: number / 5, step: number % 5)
        return "\(row.parcel) \(row.code)"
      })
    #expect(Set(keys) == expected)
  }

  // MARK: What is there at the end

  /// Counts, once all has come to its end.
  func expectAllCounted(_ comment: Comment) async throws {
    let (workspace, state) = (workspaces[1], figures)
    // Whoever was asked to end between a move and its note leaves the note to the next one.
    let drain = try await workspace.drain()
    #expect(drain.lines("file.ingested").isEmpty, comment)
    let names = (0..<state.files).map { "TRK_\(1_000_000 + $0).csv" }
    // A file that was moved twice would have a name of its own there.
    #expect(try server.drop.names(in: "archive") == names, comment)
    let ledger = try await workspace.json("files").elements
    #expect(ledger.count == state.files, comment)
    var new = 0
    for file in ledger {
      let path = file.path.string ?? ""
      func count(_ key: String) -> Int { file[key]?.integer ?? .min / 8 }
      let parts = ["events_new", "events_repeated", "held", "rejected", "skipped"].map { count($0) }
      #expect(file.state == "ingested", "\(path), \(comment)")
      #expect(parts.reduce(0, +) == count("rows"), "\(path): \(parts), \(comment)")
      #expect(count("rows") == state.rows[path], "\(path), \(comment)")
      #expect(
        file.post_action.string?.hasPrefix("moved:") == true,
        "\(path): \(file.post_action), \(comment)")
      new += count("events_new")
    }
    #expect(new == state.events.count, comment)
    #expect(try await workspace.content().count == state.events.count, comment)
    let check = try await workspace.run("store", "check", "--full")
    #expect(
      check.status == Exit.done, "\(check.standardOutput)\(check.standardError), \(comment)")
  }
}
