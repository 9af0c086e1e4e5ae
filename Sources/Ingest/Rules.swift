import Carrier
import Contract
import ParcelStore
import Status
import TrackingFile

/// Everything from the configuration that decides how files are read and which rows come in. It may be
/// replaced at any time; see `RulesSource`.
public struct Rules: Sendable {
  /// How files are read where `ofSources` says nothing else.
  public var reading: ReadingRules
  public var statusMap: StatusMap
  public var contracts: ContractSet
  public var unknownAccounts: UnknownAccounts
  /// How long held rows are kept; nil: until their contract allows them.
  public var heldRetention: Duration?
  /// How long the bytes of files are kept, as they were fetched; nil: they are not.
  public var rawRetention: Duration?
  /// How long events are kept; nil: for ever. Older rows that come are counted and not stored.
  public var eventRetention: EventRetention?
  /// How the files of each source are read, by the source's name.
  public var ofSources: [String: ReadingRules] = [:]
  /// When colisd read them, in words: `at start`, `at SIGHUP`.
  public var occasion: String
  /// Counts the readings of one process.
  public var revision = 0
  /// False while the configuration in force is older than one that was refused: nobody knows what the
  /// refused one says about unknown accounts, so their rows are held.
  public var isLatestLookWhole = true

  public init(
    reading: ReadingRules, statusMap: StatusMap, contracts: ContractSet,
    unknownAccounts: UnknownAccounts, occasion: String = "at start"
  ) {
    self.reading = reading
    self.statusMap = statusMap
    self.contracts = contracts
    self.unknownAccounts = unknownAccounts
    self.occasion = occasion
  }

  public var layout: Layout { reading.layout }

  /// Those by which files are read, of all sources.
  public var layouts: [Layout] { [reading.layout] + ofSources.values.map(\.layout) }
  public var settle: SettleRule { reading.settle }

  /// The rules for the files of one source.
  public func of(_ source: String) -> Rules {
    guard let reading = ofSources[source] else { return self }
    var rules = self
    rules.reading = reading
    return rules
  }

  /// The instant before which rows are too old to be kept: seconds since 1970.
  func oldestEvent(at now: Int64) -> Int64 { eventRetention?.oldest(at: now) ?? .min }

  /// The instant before which copies of files are too old to be kept: seconds since 1970. All are where none are
  /// kept.
  func oldestCopy(at now: Int64) -> Int64 {
    rawRetention.map { now - $0.components.seconds } ?? .max
  }

  /// The gate as it stands today: a contract may name the day from which its rows come in.
  /// - Parameter now: seconds since 1970.
  func gate(_ store: any StoreReader, now: Int64) async throws(StoreError) -> Gate {
    Gate(
      contracts: contracts, today: CalendarDay(at: now),
      unknownAccounts: isLatestLookWhole ? unknownAccounts : .hold,
      past: FeedPast(try await store.feeds()))
  }
}
