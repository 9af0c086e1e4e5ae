/// What a commit did.
public struct CommitReport: Sendable {
  /// What became of each part's lines, in the order of the group.
  public var counts: [FileCounts] = []
  /// The parts that were not taken, by their index in the group: nothing of them is stored or
  /// counted.
  public var refusals: [Int: Refusal] = [:]
  /// For parts that reach the end of their file: the ledger's counts of the file, which include
  /// earlier readings that broke off. Nil for other parts, or where the store does not report them.
  public var totals: [FileCounts?] = []
  /// For each code (label where there is none) that the status map does not know and that no event
  /// had before: the wording of its first event.
  public var newUnmapped: [Wording] = []
  /// The last sequence number given; 0 while the store has no event.
  public var lastSeq: Int64 = 0

  public init() {}

  /// Why a part of a file was not taken: a file that two processes read at the same time must count
  /// once.
  public enum Refusal: Sendable, Equatable {
    /// Another process is reading the file; `by` names it, such as `process 12`.
    case isRead(by: String)
    /// Another process has read it to its end meanwhile.
    case wasRead
  }
}
