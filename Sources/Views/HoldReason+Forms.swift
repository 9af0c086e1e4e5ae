import Contract

extension HoldReason {
  /// Why rows are held and what somebody can do about it, as the end of a sentence.
  var whatToDo: String {
    switch self {
    case .unknownAccount:
      "no contract has this account: write it into one (colisd contracts new), if it is yours"
    case .contractIncomplete:
      "its contract lacks something: colisd contracts check says what"
    case .subscriptionRequired:
      "its contract must be active, on a plan with own contracts: colisd contracts check says which it is"
    case .trackingNotRequested:
      "tell the sales advisor, and write the day into the contract: colisd contracts shows its id, and colisd "
        + "contracts show ID the message"
    case .accountChanged:
      "its service has another account now: colisd contracts shows its id, and colisd contracts show ID what to do"
    }
  }
}
