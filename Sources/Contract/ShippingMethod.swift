/// A way of shipping that a service offers on the platform, and what it still lacks.
public struct ShippingMethod: Hashable, Sendable {
  /// The name that the platform shows, such as `Home Delivery France`.
  public let name: String
  /// The fields that must be given, or given properly, before the method can ship.
  public let missing: [ContractField]

  /// What a label costs on a contract of one's own: the carrier bills the negotiated rate itself.
  public var labelPrice: String { "0.00 EUR" }

  public var isEnabled: Bool { missing.isEmpty }
}

extension ServiceKind {
  /// The methods of the service.
  /// - Parameters:
  ///   - missing: required fields that are missing or malformed.
  ///   - hasControlKey: whether the control key was given.
  func methods(missing: [ContractField], hasControlKey: Bool) -> [ShippingMethod] {
    let lacking = self == .homeFR && !hasControlKey ? missing + [.controlKey] : missing
    return methodNames.map { ShippingMethod(name: $0, missing: lacking) }
  }

  private var methodNames: [String] {
    switch self {
    case .homeFR: ["Home Delivery France", "Small Pro Relais", "Small Pro Domicile"]
    case .homeBE: ["Home Delivery Belgium"]
    case .relay: ["Relay"]
    case .returns: ["Returns"]
    }
  }
}
