import ArgumentParser
import Foundation
import ParcelStore
import SQLiteStore

/// Looks up the timelines of parcels drawn at random, with a pause after each.
struct Timelines: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Look up timelines in a store.")

  @Argument(help: "The store's file.") var store: String
  @Option(help: "Look-ups.") var count = 2_000
  @Option(help: "Of the generator of random numbers.") var seed: UInt64 = 1

  func run() async throws {
    let store = try SQLiteEventStore.open(path: store, for: .reading)
    var generator = Xorshift(state: seed | 1)
    let numbers = try await store.numbers(count, using: &generator)
    var times: [Double] = []
    var events = 0
    for number in numbers {
      let started = ContinuousClock.now
      let timelines = try await store.timelines(of: number, accountID: nil)
      times.append((ContinuousClock.now - started) / .microseconds(1))
      events += timelines.reduce(0) { $0 + $1.events.count }
      try await Task.sleep(for: .microseconds(200))
    }
    times.sort()
    guard let slowest = times.last else { throw ValidationError("the store has no parcel") }
    printJSON([
      "count": Double(times.count), "events_per_parcel": Double(events) / Double(times.count),
      "p50_us": times[times.count / 2], "p99_us": times[times.count * 99 / 100],
      "max_us": slowest,
    ])
  }
}
