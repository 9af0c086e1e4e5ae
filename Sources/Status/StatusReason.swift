/// Why a parcel is where it is: what caused a status, where the carrier says so.
public enum StatusReason: UInt8, CaseIterable, Sendable {
  case recipientAbsent, addressInvalid, refused, noAccess, doesNotFit, pickupExpired, appointment
  case dateChanged, addressChanged, methodChanged, delayed, customs, weather, carrier, other

  /// The word that JSON, the store and status maps use, such as `recipient_absent`.
  public var name: String {
    switch self {
    case .recipientAbsent: "recipient_absent"
    case .addressInvalid: "address_invalid"
    case .refused: "refused"
    case .noAccess: "no_access"
    case .doesNotFit: "does_not_fit"
    case .pickupExpired: "pickup_expired"
    case .appointment: "appointment"
    case .dateChanged: "date_changed"
    case .addressChanged: "address_changed"
    case .methodChanged: "method_changed"
    case .delayed: "delayed"
    case .customs: "customs"
    case .weather: "weather"
    case .carrier: "carrier"
    case .other: "other"
    }
  }

  /// - Returns: nil when no reason has exactly this name.
  public init?(name: String) {
    guard let reason = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = reason
  }
}
