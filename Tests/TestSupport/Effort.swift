import Foundation
import Synchronization

/// How long a test goes on with what it could do for ever: a fixed number of rounds in the ordinary
/// suite, so many seconds in `make torture`.
public struct Effort: Sendable, Sequence, IteratorProtocol {
  private let rounds: Int
  private let end: ContinuousClock.Instant?
  private var round = 0

  /// - Parameter rounds: in the ordinary suite, and the fewest in any.
  public init(rounds: Int) {
    self.rounds = rounds
    end = Self.seconds.map { .now + .seconds($0) }
  }

  /// Seconds for each test, from `$COLISD_TORTURE`.
  public static let seconds = ProcessInfo.processInfo.environment["COLISD_TORTURE"]
    .flatMap { Int($0) }

  public static var isTorture: Bool { seconds != nil }

  /// The number of the next round, from 0; nil when it is enough.
  public mutating func next() -> Int? {
    if round >= rounds {
      guard let end, .now < end else { return nil }
    }
    defer { round += 1 }
    return round
  }
}

/// What a test has counted, for the table in docs/reliability.md.
public enum Figures {
  private static let file = ProcessInfo.processInfo.environment["COLISD_FIGURES"]
  private static let lock = Mutex(())

  /// Appends a line `name value` to the file `$COLISD_FIGURES`, where there is one.
  public static func note(_ name: String, _ value: some CustomStringConvertible) {
    guard let file else { return }
    lock.withLock { _ in
      guard let stream = fopen(file, "a") else { return }
      fputs("\(name) \(value)\n", stream)
      fclose(stream)
    }
  }
}
