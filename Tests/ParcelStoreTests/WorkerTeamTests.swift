import Carrier
import ParcelStore
import Postgres
import PostgresStore
import TestSupport
import Testing

/// Workers that share the files of a drop through one PostgreSQL store.
@Suite(.postgreSQLSchemas) struct WorkerTeamTests {
  private let settings: PostgresSettings
  private let source = SourceID(rawValue: 1)

  init() async throws {
    settings = PostgresSettings(url: try await PostgreSQLServer.shared().makeSchema())
  }

  /// A worker, with its store.
  private struct Member {
    let store: PostgresEventStore
    let team: any WorkerTeam
  }

  /// - Parameter lease: so long that it is not renewed while a test has it taken to be over.
  private func join(lease: Duration = .seconds(600)) async throws -> Member {
    let store = try await PostgresEventStore.open(settings, for: .polling, lease: lease)
    return Member(store: store, team: try #require(store.team))
  }

  private func files(_ names: String...) -> [FileSighting] {
    names.enumerated().map { index, name in
      FileSighting(source: source, path: name, size: 100, mtime: Int64(index))
    }
  }

  private func claim(
    _ member: Member, files: Int = 128, bytes: Int64 = 1 << 20
  ) async throws -> [ClaimedFile] {
    try await member.team.claim(of: source, ClaimLimits(files: files, bytes: bytes))
  }

  private func part(_ claim: ClaimedFile, _ rows: [Row], end: FileEnd? = .ingested()) throws
    -> FilePart
  {
    var part = try SampleFile(
      source: source, path: claim.file.path, size: claim.file.size, mtime: claim.file.mtime
    ).part(rows, end: end)
    part.claim = claim.claim
    return part
  }

  /// Has a worker taken to be gone, as if it had been silent for too long.
  private func silence(_ member: Member) async throws {
    let session = try await PostgresConnection.open(settings)
    let names = try await member.team.others().map(\.name)
    #expect(names.count < 2)
    try await session.run(
      "UPDATE worker SET until = clock_timestamp() WHERE id = (SELECT min(id) FROM worker)")
  }

  // MARK: Claims

  @Test func filesAreClaimedInTheCarriersOrderAndOnce() async throws {
    let (first, second) = (try await join(), try await join())
    try await first.team.queue(files("b", "c", "a"), alone: [], of: source)
    #expect(try await first.team.unread(of: source).waiting == 3)
    #expect(try await claim(second, files: 2).map(\.file.path) == ["b", "c"])
    #expect(try await claim(first).map(\.file.path) == ["a"])
    #expect(try await claim(first).isEmpty)
    #expect(
      try await first.team.unread(of: source) == UnreadFiles(waiting: 0, withOthers: 2))
    // Another listing leaves what is being read alone.
    try await first.team.queue(files("b", "c", "a", "d"), alone: [], of: source)
    #expect(try await claim(first).map(\.file.path) == ["d"])
  }

  @Test func aClaimIsSmallAndTakesAtLeastOne() async throws {
    let member = try await join()
    try await member.team.queue(files("a", "b", "c"), alone: [], of: source)
    #expect(try await claim(member, bytes: 50).map(\.file.path) == ["a"])
    #expect(try await claim(member, bytes: 200).map(\.file.path) == ["b", "c"])
  }

  @Test func filesThatLostTheConnectionComeLastAndOneByOne() async throws {
    let member = try await join()
    try await member.team.queue(files("b"), alone: files("x", "y"), of: source)
    #expect(try await claim(member).map(\.isAlone) == [false])
    #expect(try await claim(member).map(\.file.path) == ["x"])
    let last = try await claim(member)
    #expect(last.map(\.file.path) == ["y"] && last.map(\.isAlone) == [true])
  }

  @Test func whatIsReadIsNotClaimedAgain() async throws {
    let member = try await join()
    try await member.team.queue(files("a", "b"), alone: [], of: source)
    let claimed = try #require(try await claim(member).first)
    try await member.store.commit(part(claimed, [Row()]))
    #expect(try await member.team.unread(of: source).isNone)
    try await member.team.release(of: source)
    #expect(try await member.team.unread(of: source).waiting == 1)
    // A listing of a moment ago may show it as new.
    try await member.team.queue(files("a", "b"), alone: [], of: source)
    #expect(try await claim(member).map(\.file.path) == ["b"])
  }

  @Test func aFileThatWasReadSinceTheListingLeavesTheQueue() async throws {
    let member = try await join()
    try await member.team.queue(files("a"), alone: [], of: source)
    // Read by somebody who had no claim: `colisd ingest` for one.
    let claimed = ClaimedFile(files("a")[0], claim: 0, isAlone: false)
    var unclaimed = try part(claimed, [Row()])
    unclaimed.claim = nil
    try await member.store.commit(unclaimed)
    #expect(try await claim(member).isEmpty)
    #expect(try await member.team.unread(of: source).isNone)
  }

  // MARK: Fencing

  @Test func whoSleptTooLongCannotWrite() async throws {
    let (sleeper, other) = (try await join(), try await join())
    try await sleeper.team.queue(files("a"), alone: [], of: source)
    let late = try #require(try await claim(sleeper).first)
    try await sleeper.store.commit(part(late, [Row(parcel: "991122330001")], end: nil))
    #expect(try await claim(other).isEmpty)
    try await silence(sleeper)
    let taken = try #require(try await claim(other).first)
    #expect(taken.file.path == "a")
    // Before the other has begun, and after.
    let rest = try SampleFile(source: source, path: "a", size: 100, mtime: 0)
      .part([Row(parcel: "991122330002")], firstLine: 3)
    var claimed = rest
    claimed.claim = late.claim
    var report = try await sleeper.store.commit(claimed)
    #expect(report.refusals.count == 1, "\(report)")
    let rows = [Row(parcel: "991122330001"), Row(parcel: "991122330002")]
    try await other.store.commit(part(taken, rows))
    report = try await sleeper.store.commit(claimed)
    #expect(report.refusals.count == 1, "\(report)")
    report = try await sleeper.store.commit(part(late, rows))
    #expect(report.refusals.count == 1, "\(report)")
    let file = try #require(try await other.store.files(state: nil).first)
    #expect(try await other.store.files(state: nil).count == 1)
    #expect(file.counts.rows == 2 && file.counts.eventsNew == 2 && file.counts.eventsRepeated == 0)
    #expect(try await other.store.counts().events == 2)
  }

  @Test func whoWasThoughtToBeGoneKeepsWhatNobodyTook() async throws {
    let (sleeper, other) = (try await join(), try await join())
    try await sleeper.team.queue(files("a"), alone: [], of: source)
    let claimed = try #require(try await claim(sleeper).first)
    try await silence(sleeper)
    let report = try await sleeper.store.commit(part(claimed, [Row()]))
    #expect(report.refusals.isEmpty)
    #expect(try await claim(other).isEmpty)
  }

  @Test func whatALivingWorkerGivesBackOthersMayGoOnWith() async throws {
    let (first, other) = (try await join(), try await join())
    try await first.team.queue(files("a"), alone: [], of: source)
    let claimed = try #require(try await claim(first).first)
    try await first.store.commit(part(claimed, [Row()], end: nil))
    try await first.team.release(of: source)
    let taken = try #require(try await claim(other).first)
    let report = try await other.store.commit(part(taken, [Row()]))
    #expect(report.refusals.isEmpty, "\(report)")
    let file = try #require(try await other.store.files(state: nil).first)
    #expect(file.state == .ingested && file.counts.eventsNew == 1 && file.counts.rows == 1)
  }

  @Test func aFileOfACommitThatStillRunsIsGivenBackTheNextTime() async throws {
    let (first, other) = (try await join(), try await join())
    try await first.team.queue(files("a", "b"), alone: [], of: source)
    _ = try await claim(first)
    let lost = try await PostgresConnection.open(settings)
    try await lost.run("BEGIN")
    try await lost.run("SELECT 1 FROM file_queue WHERE path = 'a' FOR UPDATE")
    // It does not wait.
    try await first.team.release(of: source)
    #expect(try await claim(other).map(\.file.path) == ["b"])
    try await lost.run("ROLLBACK")
    #expect(try await claim(other).isEmpty)
    try await first.team.release(of: source)
    #expect(try await claim(other).map(\.file.path) == ["a"])
  }

  @Test func whoEndsGivesBackAllAtOnce() async throws {
    let (first, other) = (try await join(), try await join())
    try await first.team.queue(files("a"), alone: [], of: source)
    _ = try await claim(first)
    _ = try await first.team.take(.upkeep, unlessDoneWithin: nil)
    await first.store.close()
    #expect(try await claim(other).count == 1)
    guard case .taken = try await other.team.take(.upkeep, unlessDoneWithin: nil) else {
      Issue.record("the duty is still held")
      return
    }
  }

  // MARK: Duties

  @Test func oneWorkerHasADuty() async throws {
    let (first, second) = (try await join(), try await join())
    let duty = Duty.listing(source)
    guard case .taken(let hold) = try await first.team.take(duty, unlessDoneWithin: nil) else {
      Issue.record("not taken")
      return
    }
    #expect(hold.isCurrent)
    guard case .held(let name) = try await second.team.take(duty, unlessDoneWithin: nil) else {
      Issue.record("taken twice")
      return
    }
    #expect(name.contains("process"))
    guard case .taken = try await second.team.take(.upkeep, unlessDoneWithin: nil) else {
      Issue.record("another duty is not taken")
      return
    }
    try await first.team.giveBack(duty, isDone: true)
    let answer = try await second.team.take(duty, unlessDoneWithin: .seconds(60))
    guard case .isDone(let rest) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(rest > .seconds(50) && rest <= .seconds(60))
    // Its own clock decides for the one who did it.
    guard case .taken = try await first.team.take(duty, unlessDoneWithin: .seconds(60)) else {
      Issue.record("not due for itself")
      return
    }
    try await first.team.giveBack(duty, isDone: true)
    // Who is gone does not do it again.
    await first.store.close()
    guard case .taken = try await second.team.take(duty, unlessDoneWithin: .seconds(60)) else {
      Issue.record("nobody does it")
      return
    }
  }

  @Test func aHoldEndsWithTheFirstLapse() {
    let lease = WorkerLease(.seconds(600))
    let hold = lease.hold()
    #expect(hold.isCurrent)
    lease.renewed(.now)
    #expect(hold.isCurrent)
    // As if the last renewal had been sent so long ago.
    lease.renewed(ContinuousClock.now - .seconds(601))
    #expect(!hold.isCurrent)
    // It is alive again, and others may have everything.
    lease.renewed(.now)
    #expect(!hold.isCurrent)
    #expect(lease.hold().isCurrent)
  }

  @Test func aWorkerRenewsItsLease() async throws {
    let member = try await join(lease: .seconds(3))
    let session = try await PostgresConnection.open(settings)
    func until() async throws -> Int64? {
      try await session.run("SELECT (extract(epoch FROM until) * 1000)::int8 FROM worker")
        .first?.integer(0)
    }
    let first = try #require(try await until())
    try await eventually("it is renewed") { try await until() ?? 0 > first }
    withExtendedLifetime(member) {}
  }

  // MARK: Who is there

  @Test func theWorkersAreKnown() async throws {
    let (first, second) = (try await join(), try await join())
    _ = try await PostgresEventStore.open(settings, for: .writing)
    _ = try await first.store.register([ConfiguredSource(name: "drop", place: "a")])
    try await first.team.queue(files("a", "b"), alone: [], of: source)
    _ = try await claim(second)
    _ = try await second.team.take(.listing(source), unlessDoneWithin: nil)
    let workers = try #require(try await first.store.workers())
    #expect(workers.map(\.files) == [0, 2])
    #expect(workers.map(\.lists) == [[], ["drop"]])
    #expect(try await first.team.others().map(\.files) == [2])
    #expect(try await PostgresEventStore.poller(settings)?.contains(", process") == true)
    await first.store.close()
    await second.store.close()
    #expect(try await PostgresEventStore.poller(settings) == nil)
  }

  @Test func whoWaitsIsWokenByFiles() async throws {
    let (first, second) = (try await join(), try await join())
    let waiting = Task { try await second.team.waitForFiles(of: source) }
    try await first.team.queue(files("a"), alone: [], of: source)
    try await waiting.value
    #expect(try await claim(second).count == 1)
  }
}
