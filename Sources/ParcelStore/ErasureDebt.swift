/// What is still to be done until nothing of what was erased can be found in the store's files.
public struct ErasureDebt: Sendable, Hashable {
  /// Erasures whose held rows, rejected lines and copies of files were not all looked at.
  public var unfinished = 0
  /// Files with lines that came again; see `ErasedLines`.
  public var files = 0
  /// Whether deleted data may still stand in free pages of the database, or in its write-ahead log.
  public var isRewriteOwed = false

  public init() {}

  public var isNone: Bool { self == ErasureDebt() }
}
