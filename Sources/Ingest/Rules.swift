import Carrier
import Contract
import ParcelStore
import Status
import TrackingFile

/// What files are read by: all of it may be exchanged at any time; see `RulesSource`.
public struct Rules: Sendable {
  public var layout: Layout
  public var statusMap: StatusMap
  public var contracts: ContractSet
  public var unknownAccounts: UnknownAccounts
  public var settle: SettleRule
  /// How long held rows are kept; nil: until their contract allows them.
  public var heldRetention: Duration?
  /// How the files of each source are read, by its name, where that is not as above.
  public var ofSources: [String: SourceReading] = [:]
  /// What made colisd read them, in words: `at start`, `at SIGHUP`.
  public var occasion: String
  /// Counts the readings of one process.
  public var revision = 0
  /// Whether no later reading was refused: what it had said of unknown accounts, nobody knows.
  public var isLatestLookWhole = true

  public init(
    layout: Layout, statusMap: StatusMap, contracts: ContractSet,
    unknownAccounts: UnknownAccounts, settle: SettleRule, heldRetention: Duration? = nil,
    occasion: String = "at start"
  ) {
    self.layout = layout
    self.statusMap = statusMap
    self.contracts = contracts
    self.unknownAccounts = unknownAccounts
    self.settle = settle
    self.heldRetention = heldRetention
    self.occasion = occasion
  }

  /// The rules for the files of one source.
  public func of(_ source: String) -> Rules {
    guard let reading = ofSources[source] else { return self }
    var rules = self
    rules.layout = reading.layout
    rules.settle = reading.settle
    return rules
  }

  /// The gate of today, which the day of a contract's tracking may open.
  /// - Parameter now: seconds since 1970.
  func gate(_ store: any StoreReader, now: Int64) async throws(StoreError) -> Gate {
    Gate(
      contracts: contracts, today: CalendarDay(at: now),
      unknownAccounts: isLatestLookWhole ? unknownAccounts : .hold,
      past: FeedPast(try await store.feeds()))
  }
}

/// How the files of one source are read.
public struct SourceReading: Sendable, Equatable {
  public var layout: Layout
  public var settle: SettleRule

  public init(layout: Layout, settle: SettleRule) {
    self.layout = layout
    self.settle = settle
  }
}
