/// Where the tracking of a service stands; the raw value is what users see and script against.
public enum FeedState: String, CaseIterable, Sendable {
  /// A field of the contract is missing or malformed.
  case incomplete
  case subscriptionRequired = "subscription-required"
  case advisorToInform = "advisor-to-inform"
  case awaitingFirstFile = "awaiting-first-file"
  case live
  /// Nothing came for longer than agreed, or by the time of day by which it usually has.
  case silent
  /// Account or account ID changed since the feed was last live.
  case reconfigurationRequired = "reconfiguration-required"
  /// The service was live and is in no contract any more, while its rows go on coming.
  case removed

  /// Whether somebody should look: a feed that was live is not any more.
  public var isBroken: Bool { [.silent, .reconfigurationRequired, .removed].contains(self) }
}

/// The state of a service's feed, and what to do next.
public struct Feed: Hashable, Sendable {
  public let state: FeedState
  /// A sentence in English that names account and account ID.
  public let nextStep: String
  /// Of a silent feed: what tells that it is, in words.
  public let evidence: String?
  /// What to write to the sales advisor, where that is the next step.
  public let message: AdvisorMessage?
  /// Whether a live feed would be silent by now, had anybody looked: then it is not the carrier that
  /// has to be asked.
  public let isUnwatched: Bool
  /// Whether it has brought rows, and its own contract holds them now.
  public internal(set) var hasStopped = false

  init(
    _ state: FeedState, _ nextStep: String, evidence: String? = nil,
    message: AdvisorMessage? = nil, isUnwatched: Bool = false
  ) {
    self.isUnwatched = isUnwatched
    self.state = state
    self.nextStep = nextStep
    self.evidence = evidence
    self.message = message
  }

  /// Whether somebody should look: a feed that has brought rows brings none, or they are held.
  public var isBroken: Bool { state.isBroken || hasStopped }
}
