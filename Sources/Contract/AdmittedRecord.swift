/// A record that the gate let in. Only this module can make one, so what is built from it cannot
/// have walked around the gate: the initialiser is internal, here and in the types below.
public struct AdmittedRecord: Hashable, Sendable {
  /// The record's place in the batch.
  public let index: Int32
  public let service: ServiceIndex
}
