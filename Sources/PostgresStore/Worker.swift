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
  private let renewal: Mutex<Task<Void, Never>?>

  /// How long a worker is taken to be alive after it said so last.
  static let lease = Duration.seconds(15)

  private static let until =
    "clock_timestamp() + make_interval(secs => \(lease.components.seconds))"

  /// - Parameter session: any; the renewals have one of their own.
  static func register(
    _ settings: PostgresSettings, _ session: PostgresConnection
  ) async throws(PostgresFault) -> Worker {
    let name = "process \(getpid()) on \(ProcessInfo.processInfo.hostName)"
    // Rows of those that are gone are kept for a day, so that messages can still name them.
    try await session.run(
      "DELETE FROM worker WHERE until < clock_timestamp() - interval '1 day'")
    let id = try await session.integer(
      "INSERT INTO worker(name, until) VALUES($1, \(until)) RETURNING id", [.text(name)])
    guard let id else { throw PostgresEventStore.damaged("a worker got no number") }
    return Worker(id: id, name: name, settings)
  }

  private init(id: Int64, name: String, _ settings: PostgresSettings) {
    self.id = id
    self.name = name
    self.settings = settings
    renewal = Mutex(nil)
    renewal.withLock { $0 = Task { [settings] in await Self.renew(id, name, settings) } }
  }

  deinit { renewal.withLock { $0?.cancel() } }

  /// Until it is cancelled. While the server is away there is nothing to renew.
  private static func renew(
    _ id: Int64, _ name: String, _ settings: PostgresSettings
  ) async {
    var session: PostgresConnection?
    while true {
      do {
        try await Task.sleep(for: lease / 3)
        if session == nil { session = try await PostgresConnection.open(settings) }
        // Also after it was away for so long that its row was deleted.
        try await session?.run(
          """
          INSERT INTO worker(id, name, until) OVERRIDING SYSTEM VALUE VALUES($1, $2, \(until))
          ON CONFLICT (id) DO UPDATE SET until = excluded.until
          """, [.integer(id), .text(name)])
      } catch {
        if Task.isCancelled { return }
        session = nil
      }
    }
  }

  /// Says that it is gone, so that whoever waits for what it holds need not wait for its time to pass.
  /// - Parameter session: any.
  func end(_ session: PostgresConnection) async throws(PostgresFault) {
    renewal.withLock { $0?.cancel() }
    try await session.run(
      "UPDATE worker SET until = clock_timestamp() WHERE id = $1", [.integer(id)])
  }

  /// In SQL: whether a worker is taken to be alive.
  /// - Parameter table: `w`, of the table of workers.
  static func isAlive(_ table: String) -> String { "\(table).until > clock_timestamp()" }
}
