import ArgumentParser
import Foundation

/// The parts of colisd that can only be timed inside a process. `Benchmarks/run` calls it; each
/// command prints one line of JSON.
@main
struct ColisdBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "colisd-bench", abstract: "Times parts of colisd inside one process.",
    subcommands: [Parse.self, IngestFiles.self, Fetch.self, Timelines.self, GateRows.self])
}

/// What a piece of work took: seconds on the wall, and of this process's processor time.
struct Stopwatch {
  private let started = ContinuousClock.now
  private let processor = Stopwatch.processorSeconds()

  var wall: Double { (ContinuousClock.now - started) / .seconds(1) }
  var cpu: Double { Self.processorSeconds() - processor }

  private static func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}

/// Prints one line of JSON; the numbers in the order given.
func printJSON(_ numbers: KeyValuePairs<String, Double>) {
  let fields = numbers.map { name, value in
    let text = value.rounded() == value ? String(Int(value)) : String(format: "%.6f", value)
    return "\"\(name)\":\(text)"
  }
  print("{\(fields.joined(separator: ","))}")
}

/// Random numbers that are the same in every run (xorshift64).
struct Xorshift: RandomNumberGenerator {
  /// Not 0.
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
