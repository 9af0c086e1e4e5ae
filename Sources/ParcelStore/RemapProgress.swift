/// How far the derivation of current statuses has come after another map came into force.
public struct RemapProgress: Sendable, Hashable {
  /// How many parcels were looked at, and how many there are to look at; both may count numbers that no parcel
  /// has any more.
  public var done: Int64
  public var all: Int64

  package init(done: Int64, all: Int64) {
    self.done = done
    self.all = all
  }
}
