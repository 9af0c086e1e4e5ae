/// The state of a service's feed, and what to do next.
public struct Feed: Hashable, Sendable {
  public let state: FeedState
  /// A sentence in English that names account and account ID.
  public let nextStep: String
  /// Of a silent feed: why it counts as silent, in words.
  public let evidence: String?
  /// What to write to the sales advisor, where that is the next step.
  public let message: AdvisorMessage?
  /// Whether a live feed would count as silent if anybody had looked at the drop. Then there is nothing to
  /// ask the carrier yet.
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

  /// Whether somebody should act: a feed that has brought rows brings none any more, or they are held.
  public var isBroken: Bool { state.isBroken || hasStopped }
}
