import Glibc
import ParcelStore
import Postgres

// How a store is opened: what must be there, and who may write.
extension PostgresEventStore {
  /// - Parameters:
  ///   - settings: the server that takes what is written.
  ///   - readers: a replica that answers the questions of a store that is only read; nil: the same server does.
  ///   - onUpdate: called before each step that brings older tables up to date.
  ///   - lease: how long a worker is taken to be alive after it said so last; nil: as usual.
  /// - Throws: `.missing` when there are no tables to read.
  public static func open(
    _ settings: PostgresSettings, readers: PostgresSettings? = nil, for access: StoreAccess,
    lease: Duration? = nil, onUpdate: (@Sendable () -> Void)? = nil
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
      let worker = try await Worker.register(
        settings, session, polls: access == .polling, for: lease ?? Worker.usualLease)
      return PostgresEventStore(
        name: name, followed: asked, readers: pool,
        writer: Writer(settings, worker: worker), polls: access == .polling)
    } catch {
      throw self.error(error, access == .reading ? "read" : "open", name)
    }
  }

  /// Refuses a database without our tables, or with those of a newer version; who only reads also those of an older one.
  private static func look(
    at session: PostgresConnection, _ name: String, isReading: Bool
  ) async throws {
    guard try await Schema.isThere(session) else {
      throw StoreError(
        .missing, operation: "read", store: name, reason: "it has no tables of colisd",
        advice: "let colisd drain once, or check store.url")
    }
    try await StoreMark.refuse(session, store: name, isReading: isReading)
    let versions = try await session.run(StoreChange.select)
    try Schema.refuseNewer(versions, isReading: isReading)
    if isReading { try Schema.refuseOlder(versions, name) }
  }

  /// In another encoding some text of some file could not be stored, for ever.
  static func refuseOtherEncoding(
    _ session: PostgresConnection, _ name: String
  ) async throws {
    let encoding = try await session.text("SHOW server_encoding") ?? ""
    if encoding != "UTF8" { throw otherEncoding(encoding, name) }
  }

  /// Refuses a store for which another process polls: what is done to it wants to be alone for long.
  /// - Parameters:
  ///   - worker: the number of this process.
  ///   - isPatient: whether it waits for as long as a process that was killed a moment ago is taken to be alive.
  static func refuseOthers(
    _ session: PostgresConnection, besides worker: Int64, _ name: String, isPatient: Bool
  ) async throws {
    let end = ContinuousClock.now + (isPatient ? Worker.usualLease + .seconds(1) : .zero)
    while true {
      let others = try await pollers(session, besides: worker)
      if others.isEmpty { return }
      guard ContinuousClock.now < end else {
        throw StoreError(
          .leased, operation: "take the lease", store: name,
          reason: "another colisd holds it (\(others.joined(separator: ", ")))",
          advice: "stop it, or try again later")
      }
      try await Task.sleep(for: .milliseconds(500))
    }
  }

  private static func pollers(
    _ session: PostgresConnection, besides worker: Int64?
  ) async throws(PostgresFault) -> [String] {
    try await session.run(
      """
      SELECT w.name FROM worker w
      WHERE w.polls AND \(Worker.isAlive("w")) AND w.id IS DISTINCT FROM $1::int8 ORDER BY w.id
      """, [PostgresValue(worker)]
    ).map { $0.text(0) }
  }

  /// Who polls for a store now, such as `process 12 on host3`; nil: nobody.
  public static func poller(_ settings: PostgresSettings) async throws(StoreError) -> String? {
    do {
      let session = try await PostgresConnection.open(settings)
      guard try await Schema.isThere(session) else { return nil }
      let names = try await pollers(session, besides: nil)
      return names.isEmpty ? nil : names.joined(separator: ", ")
    } catch {
      throw self.error(error, "ask who polls for it", settings.name)
    }
  }
}
