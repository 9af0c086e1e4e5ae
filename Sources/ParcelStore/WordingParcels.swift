/// How many parcels of a range have events with each of some wordings.
public struct WordingParcels: Sendable, Hashable {
  /// By the wording's number.
  public var counts: [Int64: Int]
  /// How far the whole work has come.
  public var progress: RemapProgress

  package init(counts: [Int64: Int], progress: RemapProgress) {
    self.counts = counts
    self.progress = progress
  }
}
