import Carrier

/// How many records of an unknown account pair were counted and not kept.
public struct SkippedRecords: Hashable, Sendable {
  public let account: AccountPair
  public let rows: Int
}
