import Glibc

/// Runs the body; SIGTERM and SIGINT cancel it, and then the program ends as the shell expects.
func withStopSignals<T: Sendable>(
  _ body: @escaping @Sendable () async throws -> T
) async throws -> T {
  let numbers = [SIGTERM, SIGINT]
  let (signals, continuation) = AsyncStream.makeStream(of: Int32.self)
  Signals.hear(numbers) { number in
    continuation.yield(number)
    Signals.endAfterGrace {
      let stopped = Stopped(signal: number)
      StandardError.writeLine("colisd: \(stopped); it did not wait for what took too long")
      stopped.endProcess()
    }
  }
  defer { Signals.forget(numbers) }
  return try await withThrowingTaskGroup(of: T?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      for await number in signals { throw Stopped(signal: number) }
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
  var signal: Int32

  /// Ends the process by the signal itself, so that shells and systemd see what ended it.
  func endProcess() -> Never {
    StandardError.finish()
    Glibc.signal(signal, SIG_DFL)
    kill(getpid(), signal)
    // The signal ends all threads; this one need not be the first.
    sleep(1)
    _exit(128 + signal)
  }

  var description: String {
    "stopped by \(signalName(signal)) before the end; what was stored stays, and the next run goes on"
  }
}
