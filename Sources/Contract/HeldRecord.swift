/// A record that the gate did not let in, or not yet.
public struct HeldRecord: Hashable, Sendable {
  /// The record's index in the batch.
  public let index: Int32
  public let reason: HoldReason
}
