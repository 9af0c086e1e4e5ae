/// Why a row is held; the raw value is what users see and script against.
public enum HoldReason: String, CaseIterable, Sendable {
  /// No contract has its account pair.
  case unknownAccount = "unknown-account"
  /// Its contract has a missing or malformed field.
  case contractIncomplete = "contract-incomplete"
  /// Its contract's subscription is inactive or allows no own contracts.
  case subscriptionRequired = "subscription-required"
  /// The sales advisor was not informed yet, so nothing should come.
  case trackingNotRequested = "tracking-not-requested"
  /// Its account pair belonged to a service that has another one now.
  case accountChanged = "account-changed"
}
