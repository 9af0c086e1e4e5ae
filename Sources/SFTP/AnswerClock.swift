/// Tells when a server has kept us waiting for too long.
///
/// Two things are too long: no complete answer to anything, and a request that is passed over while
/// later ones are answered.
struct AnswerClock {
  private var lastAnswer = ContinuousClock.now
  private var oldest: UInt32?
  private var passedOverSince: ContinuousClock.Instant?

  /// The first request is in flight.
  mutating func begin() {
    lastAnswer = .now
    passedOverSince = nil
    oldest = nil
  }

  /// Whole answers have come; `oldest` is the request that now waits longest.
  mutating func answered(oldest: UInt32?) {
    lastAnswer = .now
    if oldest != self.oldest {
      self.oldest = oldest
      passedOverSince = nil
    } else if oldest != nil, passedOverSince == nil {
      passedOverSince = lastAnswer
    }
  }

  /// Whether the server has said nothing for so long.
  func isIdle(for time: Duration) -> Bool { lastAnswer + time <= .now }

  func deadline(_ timeout: Duration) -> ContinuousClock.Instant {
    min(lastAnswer, passedOverSince ?? lastAnswer) + timeout
  }
}
