import Carrier

/// How many records of an unknown account pair the gate only counted.
public struct SkippedRecords: Hashable, Sendable {
  public let account: AccountPair
  public let rows: Int
}
