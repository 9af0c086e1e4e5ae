/// The index of a service in the list of the gate that admitted its rows.
public struct ServiceIndex: Hashable, Sendable {
  public let index: Int32
}
