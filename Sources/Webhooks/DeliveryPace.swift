/// How many requests a second an endpoint gets at most: evenly, and not all of them in the second's first moment.
struct DeliveryPace: Sendable {
  private let step: Duration?
  private var next = ContinuousClock.now

  /// - Parameter rate: requests a second; nil: as many as it takes.
  init(rate: Int?) { step = rate.map { .seconds(1) / $0 } }

  /// So much that was not used is made up for: a process that was busy elsewhere for a moment keeps its rate.
  private static let credit = Duration.milliseconds(50)

  /// When the next one may begin; nil: now.
  func wait(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    step == nil || next <= now ? nil : next
  }

  mutating func begin(at now: ContinuousClock.Instant) {
    guard let step else { return }
    next = max(next, now - Self.credit) + step
  }
}
