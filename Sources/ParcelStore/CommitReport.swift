/// What a commit did.
public struct CommitReport: Sendable {
  /// What became of each part's lines, in the order of the group.
  public var counts: [FileCounts] = []
  /// Of parts that were not taken, by their place in the group: nothing of them counts.
  public var refusals: [Int: Refusal] = [:]
  /// What the ledger says of the file, of parts that reach its end: earlier readings that broke off are in
  /// it. Nil of other parts, or where the store does not tell.
  public var totals: [FileCounts?] = []
  /// For each code (label where there is none) that the status map does not know and that no event
  /// had before: the wording of its first event.
  public var newUnmapped: [Wording] = []
  /// The last sequence number given; 0 while the store has no event.
  public var lastSeq: Int64 = 0

  public init() {}

  /// Why a part of a file was not taken. So no file is counted twice, whoever reads it at the same time.
  public enum Refusal: Sendable, Equatable {
    /// Another process reads the file now: who, as `process 12`.
    case isRead(by: String)
    /// Another process has read it to its end meanwhile.
    case wasRead
  }
}
