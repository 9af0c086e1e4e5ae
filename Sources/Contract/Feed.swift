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
