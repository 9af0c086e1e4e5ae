import Glibc
import UnixSignals

/// Runs the body; SIGTERM and SIGINT cancel it, and then the program ends as the shell expects.
func withStopSignals<T: Sendable>(
  _ body: @escaping @Sendable () async throws -> T
) async throws -> T {
  try await withThrowingTaskGroup(of: T?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
        throw Stopped(signal: signal)
      }
      return nil
    }
    defer { group.cancelAll() }
    while let result = try await group.next() {
      if let result { return result }
    }
    throw CancellationError()
  }
}

/// A signal ended the work; what was committed by then stays.
struct Stopped: Error, CustomStringConvertible {
  var signal: UnixSignal

  /// Ends the process by the signal itself, so that shells and systemd see what ended it.
  func endProcess() -> Never {
    let number = signal == .sigint ? SIGINT : SIGTERM
    Glibc.signal(number, SIG_DFL)
    raise(number)
    exit(128 + number)
  }

  var description: String {
    "stopped by \(signal) before the end; what was stored stays, and the next run goes on"
  }
}
