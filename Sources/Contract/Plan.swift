/// The subscription of the shipping platform on which a contract is connected.
public enum Plan: String, CaseIterable, Sendable {
  case free, lite, growth, premium

  /// Whether merchants on this plan may connect a carrier contract of their own.
  public var allowsOwnContracts: Bool { self != .free }
}
