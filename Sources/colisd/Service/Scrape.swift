import Contract
import Ingest
import ParcelStore
import Synchronization
import Views

/// The daemon's answer to `/metrics`. It costs little, however large the store is: the contracts are those in force, and
/// how their feeds and the endpoints of webhooks stand is asked at most every 15 seconds.
final class Scrape: Sendable {
  private struct Feeds: Sendable {
    var lines: [FeedLine]
    /// Of the rules.
    var revision: Int
    var askedAt: ContinuousClock.Instant
  }

  private struct Webhooks: Sendable {
    var states: [WebhookState]
    var askedAt: ContinuousClock.Instant
  }

  private let configuration: Configuration
  private let store: any StoreReader
  private let rules: RulesInForce
  private let figures: ProcessFigures
  private let rhythms = RhythmMemory()
  private let feeds = Mutex<Feeds?>(nil)
  private let webhooks = Mutex<Webhooks?>(nil)

  private static let pause = Duration.seconds(15)

  init(
    _ configuration: Configuration, _ store: any StoreReader, _ rules: RulesInForce,
    _ figures: ProcessFigures
  ) {
    self.configuration = configuration
    self.store = store
    self.rules = rules
    self.figures = figures
  }

  /// - Parameter accept: the header of the request; nil: there is none.
  /// - Returns: the content type and the body.
  /// - Throws: `StoreError` where the store can't be read.
  func answer(accept: String?) async throws -> (type: String, bytes: [UInt8]) {
    let format = Metrics.Format(accept: accept)
    let contracts = rules.current.contracts
    var status = try await StatusReport.readFigures(configuration, store)
    if contracts.hasUnreadable { status.rules.unreadable = ["a contract can't be read"] }
    status.feeds = try await currentFeeds()
    status.webhooks = try await currentWebhooks()
    return (
      format.contentType,
      Metrics.bytes(status: status, figures: figures.snapshot(), format: format)
    )
  }

  private func currentFeeds() async throws -> [FeedLine] {
    let rules = rules.current
    let known = feeds.withLock { $0 }
    if let known, known.revision == rules.revision, .now - known.askedAt < Self.pause {
      return known.lines
    }
    let contracts = rules.contracts
    let report = try await ContractsReport.read(
      contracts, hasUnreadable: contracts.hasUnreadable, store, rhythms: rhythms)
    feeds.withLock {
      $0 = Feeds(lines: report.feeds, revision: rules.revision, askedAt: .now)
    }
    return report.feeds
  }

  private func currentWebhooks() async throws -> [WebhookState] {
    let known = webhooks.withLock { $0 }
    if let known, .now - known.askedAt < Self.pause { return known.states }
    let states = try await WebhookList.read(configuration, store).states
    webhooks.withLock { $0 = Webhooks(states: states, askedAt: .now) }
    return states
  }
}
