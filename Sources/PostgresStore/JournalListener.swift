import ParcelStore
import Postgres
import Synchronization

/// Listens to what commits tell, in a session of its own, and rings the bell of those who follow this store.
///
/// A follower also looks again after a second, as some ways to a server carry no notifications: poolers that change the
/// session between two transactions, and replicas.
final class JournalListener: Sendable {
  private let settings: PostgresSettings
  private let bell = JournalBell(patience: JournalListener.patience)
  private let listening = Mutex<Task<Void, Never>?>(nil)

  /// How long a follower waits at most, and how soon a session that broke is opened again.
  private static let patience = Duration.seconds(1)

  init(_ settings: PostgresSettings) { self.settings = settings }

  deinit { listening.withLock { $0?.cancel() } }

  /// Waits until the journal has, or may have, entries after a `seq`.
  func wait(after seq: Int64) async throws {
    listen()
    try await bell.wait(after: seq)
  }

  private func listen() {
    listening.withLock { listening in
      guard listening == nil else { return }
      listening = Task { [bell, settings] in
        while !Task.isCancelled {
          try? await Self.hear(settings, bell)
          try? await Task.sleep(for: Self.patience)
        }
      }
    }
  }

  /// Until the session breaks.
  private static func hear(_ settings: PostgresSettings, _ bell: JournalBell) async throws {
    let session = try await PostgresConnection.open(settings)
    let incarnation = try await session.text("SELECT incarnation FROM store")
    guard let incarnation else { return }
    // An identifier: letters and digits alone.
    try await session.run("LISTEN \"colisd_\(incarnation)\"")
    // What was told before it listened; and the server may be another one by now, with fewer entries.
    bell.ring(try await session.integer("SELECT sequence FROM store") ?? 0, isAnew: true)
    while true {
      if let seq = Int64(try await session.notification()) { bell.ring(seq) }
    }
  }
}
