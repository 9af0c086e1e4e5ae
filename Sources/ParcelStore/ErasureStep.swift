/// What one step of an erasure found in held rows and rejected lines.
public struct ErasureStep: Sendable, Hashable {
  /// How many rows and lines were looked at.
  public var lookedAt = 0
  /// Held rows that say nothing of the recipient any more, or are gone.
  public var held = 0
  /// Rejected lines whose text is gone.
  public var rejected = 0
  /// Where the next step begins.
  public var next: ErasureCursor

  package init(next: ErasureCursor) { self.next = next }
}
