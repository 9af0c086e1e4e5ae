/// A record that the gate let in. Its initialiser is internal, so only this module can make one: whatever
/// is built from it has passed the gate.
public struct AdmittedRecord: Hashable, Sendable {
  /// The record's index in the batch.
  public let index: Int32
  public let service: ServiceIndex
}
