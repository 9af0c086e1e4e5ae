import Foundation
import ParcelStore
import Postgres
import Synchronization

/// A process that writes to the store, by a row of its own: its number marks the files that it is reading.
///
/// The row says until when the others take it to be alive, by the database's clock. It is renewed at a third of that
/// time; a process that is killed or cut off is taken to be gone when the time has passed.
final class Worker: Sendable {
  let id: Int64
  let name: String
  private let settings: PostgresSettings
  private let lease: WorkerLease
  private let renewal: Mutex<Task<Void, Never>?>

  /// How long a worker is taken to be alive where nobody says otherwise.
  static let usualLease = Duration.seconds(15)

  /// - Parameters:
  ///   - session: any; the renewals have one of their own.
  ///   - polls: whether it reads files with the others.
  ///   - time: how long it is taken to be alive after it said so last.
  static func register(
    _ settings: PostgresSettings, _ session: PostgresConnection, polls: Bool, for time: Duration
  ) async throws(PostgresFault) -> Worker {
    let name = "process \(getpid()) on \(ProcessInfo.processInfo.hostName)"
    // Rows of those that are gone are kept for a day, so that messages can still name them.
    try await session.run(
      "DELETE FROM worker WHERE until < clock_timestamp() - interval '1 day'")
    let lease = WorkerLease(time)
    let id = try await session.integer(
      """
      INSERT INTO worker(name, polls, until)
      VALUES($1, $2, clock_timestamp() + $3::int8 * interval '1 millisecond') RETURNING id
      """, [.text(name), .bool(polls), .integer(lease.milliseconds)])
    guard let id else { throw PostgresEventStore.damaged("a worker got no number") }
    return Worker(id: id, name: name, polls: polls, lease, settings)
  }

  private init(
    id: Int64, name: String, polls: Bool, _ lease: WorkerLease, _ settings: PostgresSettings
  ) {
    self.id = id
    self.name = name
    self.lease = lease
    self.settings = settings
    renewal = Mutex(nil)
    renewal.withLock {
      $0 = Task { [settings] in await Self.renew(id, name, polls, lease, settings) }
    }
  }

  deinit { renewal.withLock { $0?.cancel() } }

  /// Whether nobody else can have what this worker has now: asked of a monotonic clock.
  func hold() -> DutyHold { lease.hold() }

  /// Until it is cancelled. While the server is away there is nothing to renew.
  private static func renew(
    _ id: Int64, _ name: String, _ polls: Bool, _ lease: WorkerLease, _ settings: PostgresSettings
  ) async {
    var session: PostgresConnection?
    var pause = lease.time / 3
    while true {
      do {
        try await Task.sleep(for: pause)
        if session == nil { session = try await PostgresConnection.open(settings) }
        let asked = ContinuousClock.now
        // Also after it was away for so long that its row was deleted.
        try await session?.run(
          """
          INSERT INTO worker(id, name, polls, until) OVERRIDING SYSTEM VALUE
            VALUES($1, $2, $3, clock_timestamp() + $4::int8 * interval '1 millisecond')
          ON CONFLICT (id) DO UPDATE SET until = excluded.until
          """, [.integer(id), .text(name), .bool(polls), .integer(lease.milliseconds)])
        lease.renewed(asked)
        pause = lease.time / 3
        // Sessions of another role can't be ended; they end by themselves some time.
        _ = try? await session?.run(Self.endOfTheGone)
      } catch {
        if Task.isCancelled { return }
        session = nil
        // A server that comes back finds others that poll at once, and what they begin needs a lease.
        pause = min(pause, .seconds(1))
      }
    }
  }

  /// Marks a transaction as this worker's, until it ends.
  var mark: PostgresStatement {
    PostgresStatement(
      "SELECT pg_advisory_xact_lock_shared('worker'::regclass::oid::int4, $1::int8::int4)",
      [.integer(id)])
  }

  /// Ends the sessions of workers that are gone, where the server waits for them in the middle of a transaction: a
  /// process that was stopped, or whose machine was, would keep all others waiting for its locks. If it comes back, that
  /// is to it as if the connection had broken.
  private static let endOfTheGone = """
    SELECT pg_terminate_backend(l.pid) FROM pg_locks l
      JOIN pg_stat_activity a ON a.pid = l.pid JOIN worker w ON w.id = l.objid::int8
    WHERE l.locktype = 'advisory' AND l.classid = 'worker'::regclass::oid AND l.objsubid = 2
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND a.wait_event_type = 'Client' AND NOT \(isAlive("w"))
    """

  /// Says that it is gone, so that whoever waits for what it holds need not wait for its time to pass.
  /// - Parameter session: any.
  func end(_ session: PostgresConnection) async throws(PostgresFault) {
    renewal.withLock { $0?.cancel() }
    lease.end()
    try await session.run(
      "UPDATE worker SET until = clock_timestamp() WHERE id = $1", [.integer(id)])
  }

  /// In SQL: whether a worker is taken to be alive.
  /// - Parameter table: `w`, of the table of workers.
  static func isAlive(_ table: String) -> String { "\(table).until > clock_timestamp()" }

  /// In SQL: whether nobody who is alive has what a row says.
  /// - Parameter worker: the column with the holder's number.
  static func isFree(_ worker: String) -> String {
    """
    (\(worker) IS NULL
      OR NOT EXISTS (SELECT 1 FROM worker w WHERE w.id = \(worker) AND \(isAlive("w"))))
    """
  }
}
