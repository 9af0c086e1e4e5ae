/// What one batch of a pruning deleted, or would delete.
public struct PruneStep: Sendable, Hashable {
  public var events = 0
  /// Parcels all of whose events are gone, and that are gone with them.
  public var parcels = 0
  /// How far the pruning has come: where the next batch begins, and the highest number of a parcel. Both may count
  /// numbers that no parcel has any more.
  public var done: Int64
  public var all: Int64

  package init(done: Int64, all: Int64) {
    self.done = done
    self.all = all
  }
}
