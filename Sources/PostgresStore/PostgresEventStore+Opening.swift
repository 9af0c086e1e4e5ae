import Glibc
import ParcelStore
import Postgres

// How a store is opened: what must be there, and who may write.
extension PostgresEventStore {
  /// - Parameters:
  ///   - settings: the server that takes what is written.
  ///   - readers: a replica that answers the questions of a store that is only read; nil: the same server does.
  ///   - onUpdate: called before each step that brings older tables up to date.
  /// - Throws: `.leased` when it is opened for polling and another process polls, `.missing` when there are no tables
  ///   to read.
  public static func open(
    _ settings: PostgresSettings, readers: PostgresSettings? = nil, for access: StoreAccess,
    onUpdate: (@Sendable () -> Void)? = nil
  ) async throws(StoreError) -> PostgresEventStore {
    // What somebody decides by who writes must not be of a moment ago.
    let asked = access == .reading ? readers ?? settings : settings
    let name = asked.name
    let pool = SessionPool(asked, most: mostReaders)
    do {
      if access == .reading {
        try await pool.withSession { try await look(at: $0, name, isReading: true) }
        return PostgresEventStore(
          name: name, followed: asked, readers: pool, writer: nil)
      }
      let session = try await PostgresConnection.open(settings)
      if access == .maintaining { try await look(at: session, name, isReading: false) }
      try await refuseOtherEncoding(session, name)
      try await Schema.migrate(session, goesOn: onUpdate)
      try await StoreMark.refuse(session, store: name, isReading: false)
      try await Partitions.make(session, around: Int64(time(nil)))
      let worker = try await Worker.register(settings, session)
      if access == .polling { try await takeLease(session, worker, name) }
      return PostgresEventStore(
        name: name, followed: asked, readers: pool,
        writer: Writer(settings, worker: worker))
    } catch {
      throw self.error(error, access == .reading ? "read" : "open", name)
    }
  }

  /// Refuses a database without our tables, or with those of a newer version.
  private static func look(
    at session: PostgresConnection, _ name: String, isReading: Bool
  ) async throws {
    guard try await Schema.isThere(session) else {
      throw StoreError(
        .missing, operation: "read", store: name, reason: "it has no tables of colisd",
        advice: "let colisd drain once, or check store.url")
    }
    try await StoreMark.refuse(session, store: name, isReading: isReading)
    try Schema.refuseNewer(try await session.run(StoreChange.select), isReading: isReading)
  }

  /// In another encoding some text of some file could not be stored, for ever.
  static func refuseOtherEncoding(
    _ session: PostgresConnection, _ name: String
  ) async throws {
    let encoding = try await session.text("SHOW server_encoding") ?? ""
    if encoding != "UTF8" { throw otherEncoding(encoding, name) }
  }

  /// Only one process polls; see `poller`.
  static func takeLease(
    _ session: PostgresConnection, _ worker: Worker, _ name: String
  ) async throws {
    let taken = try await session.run(
      """
      UPDATE store SET poller = $1 WHERE NOT EXISTS (
        SELECT 1 FROM worker w WHERE w.id = store.poller AND \(Worker.isAlive("w")))
      """, [.integer(worker.id)])
    guard taken.changed == 0 else { return }
    let holder = try await session.text(holder)
    throw StoreError(
      .leased, operation: "take the lease", store: name,
      reason: "another colisd holds it (\(holder ?? "it has just ended"))",
      advice: "stop it, or try again later")
  }

  /// The same for who may follow a process that was killed a moment ago: that one is taken to be alive for a while.
  /// - Parameter isPatient: whether it waits so long.
  static func takeLease(
    _ session: PostgresConnection, _ worker: Worker, _ name: String, isPatient: Bool
  ) async throws {
    let end = ContinuousClock.now + (isPatient ? Worker.lease + .seconds(1) : .zero)
    while true {
      do {
        return try await takeLease(session, worker, name)
      } catch let error as StoreError where error.kind == .leased {
        guard ContinuousClock.now < end else { throw error }
        try await Task.sleep(for: .milliseconds(500))
      }
    }
  }

  private static let holder = """
    SELECT w.name FROM store JOIN worker w ON w.id = store.poller WHERE \(Worker.isAlive("w"))
    """

  /// Who polls for a store now, such as `process 12 on host3`; nil: nobody.
  public static func poller(_ settings: PostgresSettings) async throws(StoreError) -> String? {
    do {
      let session = try await PostgresConnection.open(settings)
      guard try await Schema.isThere(session) else { return nil }
      return try await session.text(holder)
    } catch {
      throw self.error(error, "ask who polls for it", settings.name)
    }
  }
}
