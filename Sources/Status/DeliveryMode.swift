/// How a delivered parcel was handed over.
public enum DeliveryMode: UInt8, CaseIterable, Sendable {
  case hand, signature, letterbox, neighbour, safePlace, pickupPoint

  /// The word that JSON, the store and status maps use, such as `safe_place`.
  public var name: String {
    switch self {
    case .hand: "hand"
    case .signature: "signature"
    case .letterbox: "letterbox"
    case .neighbour: "neighbour"
    case .safePlace: "safe_place"
    case .pickupPoint: "pickup_point"
    }
  }

  /// - Returns: nil when no mode has exactly this name.
  public init?(name: String) {
    guard let mode = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = mode
  }
}
