/// How much the store holds.
public struct StoreCounts: Sendable, Hashable {
  public var events = 0
  public var parcels = 0
  public var held = 0
  public var rejected = 0
  public var files: [FileState: Int] = [:]
  /// Files that are gone, and of which not all rows are in the store; nobody has dismissed them.
  public var lostFiles = 0
  /// The path of the one that was lost first.
  public var firstLostFile: String?
  /// Files that are to be moved or deleted, and are not yet.
  public var pendingPostActions = 0
  /// Those of them whose last attempt failed.
  public var failedPostActions = 0
  /// Why the oldest of these failed.
  public var postActionError: String?

  package init() {}
}
