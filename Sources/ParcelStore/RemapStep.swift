/// What one batch of a remap did.
public struct RemapStep: Sendable, Hashable {
  /// How many parcels were looked at.
  public var parcels = 0
  /// How many current statuses were corrected; each has an entry in the journal.
  public var corrected = 0
  /// Nil: it was the last batch.
  public var progress: RemapProgress?

  package init() {}
}
