extension StatusMap {
  /// The labels of the carrier's public tracking pages and what else is known of its wording, French,
  /// Dutch and English; docs/status-map.md lists them.
  ///
  /// It has no codes: those are private to each contract's annex, so a map of one's own adds them.
  public static let builtIn: StatusMap = {
    do {
      return try StatusMap(
        name: "built-in", version: "2", codes: [],
        labels: (BuiltInLabels.french + BuiltInLabels.dutch + BuiltInLabels.english).flatMap(
          \.rules))
    } catch {
      // A fault in the literals, which the first test would show.
      preconditionFailure("\(error)")
    }
  }()
}

/// Wordings of the built-in map that mean the same.
struct BuiltInLabels {
  let meaning: Meaning
  let rank: StatusMap.LabelRule.Rank
  let expectsDate: Bool
  let texts: [String]

  init(
    _ status: ParcelStatus, reason: StatusReason? = nil, mode: DeliveryMode? = nil,
    detail: String? = nil, _ texts: String...
  ) {
    self.init(Meaning(status: status, reason: reason, mode: mode, detail: detail), texts)
  }

  /// - Parameter rank: nil: what is usual for the status.
  init(
    _ meaning: Meaning, rank: StatusMap.LabelRule.Rank? = nil, expectsDate: Bool = false,
    _ texts: [String]
  ) {
    self.meaning = meaning
    self.rank = rank ?? Self.rank(of: meaning.status, meaning.reason)
    self.expectsDate = expectsDate
    self.texts = texts
  }

  var rules: [StatusMap.LabelRule] {
    texts.map {
      StatusMap.LabelRule(
        text: $0, match: .words, meaning: meaning, expectsDate: expectsDate, rank: rank)
    }
  }

  private static func rank(
    of status: ParcelStatus, _ reason: StatusReason?
  ) -> StatusMap.LabelRule.Rank {
    switch status {
    case .unmapped: .none
    case .announced: .announced
    case .pickedUp, .inTransit, .outForDelivery: .underway
    case .onHold: .disturbance
    case .delivered: .delivery
    case .readyForPickup: .pickupPoint
    case .deliveryFailed, .cancelled: reason == nil ? .failure : .cause
    case .damaged: .damage
    case .lost: .loss
    case .returning, .returned: .back
    }
  }
}
