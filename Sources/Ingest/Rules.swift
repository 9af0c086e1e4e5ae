import Contract
import Status
import TrackingFile

/// What files are read by: all of it may be exchanged between two polls, never within one.
public struct Rules: Sendable {
  public var layout: Layout
  public var statusMap: StatusMap
  public var contracts: ContractSet
  public var unknownAccounts: UnknownAccounts
  public var settle: SettleRule

  public init(
    layout: Layout, statusMap: StatusMap, contracts: ContractSet,
    unknownAccounts: UnknownAccounts, settle: SettleRule
  ) {
    self.layout = layout
    self.statusMap = statusMap
    self.contracts = contracts
    self.unknownAccounts = unknownAccounts
    self.settle = settle
  }

  /// The gate of today, which the day of a contract's tracking may open.
  /// - Parameter now: seconds since 1970.
  func gate(now: Int64) -> Gate {
    Gate(
      contracts: contracts, today: CalendarDay(at: now), unknownAccounts: unknownAccounts)
  }
}
