import ParcelStore
import Postgres

/// The workers of a store, as one of them sees them. None of it waits for a commit of this process.
struct Team: WorkerTeam {
  let store: PostgresEventStore
  let worker: Worker

  func take(
    _ duty: Duty, unlessDoneWithin interval: Duration?
  ) async throws(StoreError) -> DutyAnswer {
    // Before the question: what runs out meanwhile is not held.
    let hold = worker.hold()
    let refusal = try await store.writeAside("take the duty \(duty.name)") { db in
      try await Duties(db, worker: worker.id).take(duty, unlessDoneWithin: interval)
    }
    switch refusal {
    case nil: return .taken(hold)
    case .held(let other): return .held(by: other)
    case .isDone(let rest): return .isDone(dueIn: rest)
    }
  }

  func giveBack(_ duty: Duty, isDone: Bool) async throws(StoreError) {
    try await store.writeAside("give back the duty \(duty.name)") { db in
      try await Duties(db, worker: worker.id).giveBack(duty, isDone: isDone)
    }
  }

  func queue(
    _ files: [FileSighting], alone: [FileSighting], of source: SourceID
  ) async throws(StoreError) {
    try await store.writeAside("queue \(files.count + alone.count) files") { db in
      try await FileQueue(db, worker: worker.id).put(files, alone: alone, of: source)
    }
  }

  func claim(
    of source: SourceID, _ limits: ClaimLimits
  ) async throws(StoreError) -> [ClaimedFile] {
    try await store.writeAside("claim files") { db in
      try await FileQueue(db, worker: worker.id).claim(of: source, limits)
    }
  }

  func release(of source: SourceID) async throws(StoreError) {
    try await store.writeAside("release files") { db in
      try await FileQueue(db, worker: worker.id).release(of: source)
    }
  }

  func unread(of source: SourceID) async throws(StoreError) -> UnreadFiles {
    let row = try await store.ask(
      "count the files that wait",
      """
      SELECT count(*) FILTER (WHERE is_free), count(*) FILTER (WHERE NOT is_free),
        coalesce(sum(size) FILTER (WHERE is_free), 0)::int8,
        count(*) FILTER (WHERE is_free AND size IS NULL)
      FROM (
        SELECT q.size, \(Worker.isFree("q.worker")) AS is_free FROM file_queue q
        WHERE q.source = $1 AND q.worker IS DISTINCT FROM $2::int8) s
      """, [.integer(source.rawValue), .integer(worker.id)]
    ).first
    guard let row else { return UnreadFiles() }
    return UnreadFiles(
      waiting: Int(row.integer(0)), bytes: row.integer(3) == 0 ? row.integer(2) : nil,
      withOthers: Int(row.integer(1)))
  }

  /// How often it is looked whether something waits: also whether a worker is gone, which nobody tells.
  private static let pause = Duration.milliseconds(500)

  func waitForFiles(of source: SourceID) async throws {
    while true {
      try await Task.sleep(for: Self.pause)
      // While the server is away nothing can be claimed.
      let isThere = try? await store.ask(
        "look for files that wait",
        """
        SELECT EXISTS (
          SELECT 1 FROM file_queue q WHERE q.source = $1 AND \(Worker.isFree("q.worker")))
        """, [.integer(source.rawValue)]
      ).first?.bool(0)
      if isThere == true { return }
    }
  }

  func others() async throws(StoreError) -> [KnownWorker] {
    try await store.knownWorkers(besides: worker.id)
  }
}

extension PostgresEventStore {
  public var team: (any WorkerTeam)? {
    guard polls, let worker = writer?.worker else { return nil }
    return Team(store: self, worker: worker)
  }

  public func workers() async throws(StoreError) -> [KnownWorker]? {
    try await knownWorkers(besides: nil)
  }

  fileprivate func knownWorkers(
    besides worker: Int64?
  ) async throws(StoreError) -> [KnownWorker] {
    try await ask(
      "list the workers",
      """
      SELECT w.name, extract(epoch FROM w.since)::int8,
        (SELECT count(*) FROM file_queue q WHERE q.worker = w.id),
        (SELECT coalesce(string_agg(s.name, chr(1) ORDER BY s.id), '') FROM duty d
          JOIN source s ON d.name = 'listing ' || s.id WHERE d.worker = w.id)
      FROM worker w WHERE w.polls AND \(Worker.isAlive("w")) AND w.id IS DISTINCT FROM $1::int8
      ORDER BY w.id
      """, [PostgresValue(worker)]
    ).map { row in
      KnownWorker(
        name: row.text(0), since: row.integer(1), files: Int(row.integer(2)),
        lists: row.text(3).split(separator: "\u{1}").map(String.init))
    }
  }
}
