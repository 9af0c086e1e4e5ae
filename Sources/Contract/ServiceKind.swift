/// One of the four services that a contract may have, each with credentials and an account of its own.
public enum ServiceKind: String, CaseIterable, Sendable {
  case homeFR = "home-fr"
  case homeBE = "home-be"
  /// To a pick-up point, business to consumer, within France.
  case relay
  /// Back to the merchant, within France.
  case returns

  /// The service's fields in the order of the carrier's form, the optional ones included.
  public var fields: [ContractField] {
    switch self {
    case .homeFR: [.username, .password, .account, .accountID, .controlKey]
    case .homeBE: [.username, .password, .account, .accountID]
    case .relay: [.username, .password, .accountID, .account]
    case .returns: [.username, .password, .accountID, .account, .destinationCode]
    }
  }

  /// The fields without which the contract is incomplete.
  ///
  /// The control key is not one of them: without it shipping methods are disabled, but not tracking.
  public var requiredFields: [ContractField] { fields.filter { $0 != .controlKey } }
}
