import Carrier
import Operators
import ParcelStore
import Views

/// What can be asked of a store, beside the contracts, layouts and the status map of a configuration.
struct ConfiguredDesk: Desk {
  let configuration: Configuration
  let store: any StoreReader
  /// Whose signs of life say whether the loops turn.
  let watchdog: Watchdog
  let scrape: Scrape
  let reading = ContractsReading()

  var deadline: PickupDeadline { PickupDeadline(days: configuration.pickupDays) }

  func status() async throws -> StatusReport {
    try await StatusReport.read(configuration, store, reading)
  }

  func polls() async throws -> StatusReport {
    try await StatusReport.readPolls(configuration, store)
  }

  func contracts() async throws -> ContractsReport {
    try await ContractsReport.readLeniently(configuration, store, reading).report
  }

  func held() async throws -> HeldList {
    try await HeldList.read(configuration, store, reading)
  }

  func webhooks() async throws -> [WebhookState] {
    try await WebhookList.read(configuration, store).states
  }

  func explanation(of found: ParcelQuestion.Case) async throws -> ParcelExplanation {
    try await ParcelExplaining(configuration, store).explain(found.timeline, found.mentions)
  }

  func health() async -> Health { Health(problems: watchdog.silences) }

  func readiness() async -> Readiness {
    do {
      let polls = try await polls()
      // Both are in the order of the configuration.
      let sources = zip(polls.sources, configuration.sources).map { state, source in
        (state, source.poll.longestAge(state).wholeSeconds)
      }
      var readiness = Readiness(sources, webhooks: try await webhooks(), now: currentTime())
      readiness.workers = polls.workers?.count
      return readiness
    } catch {
      return Readiness(fault: "\(error)")
    }
  }

  func metrics(accept: String?) async throws -> (type: String, bytes: [UInt8]) {
    try await scrape.answer(accept: accept)
  }
}

extension Configuration.Poll {
  /// How old the last good poll may be while nothing is wrong: three intervals, and the back-off in force.
  fileprivate func longestAge(_ state: SourceState) -> Duration {
    guard state.error != nil || state.storeError != nil, let last = state.lastPoll,
      let next = state.nextPoll
    else { return interval * 3 }
    return interval * 3 + .seconds(max(0, next - last))
  }
}
