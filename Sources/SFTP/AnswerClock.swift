/// Decides when a server has taken too long: if no complete answer to any request comes, or if one request gets no
/// answer while later ones do.
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

  /// Answers have come; `oldest` is now the oldest request without one.
  mutating func answered(oldest: UInt32?) {
    lastAnswer = .now
    if oldest != self.oldest {
      self.oldest = oldest
      passedOverSince = nil
    } else if oldest != nil, passedOverSince == nil {
      passedOverSince = lastAnswer
    }
  }

  /// Whether the server has sent no answer for that long.
  func isIdle(for time: Duration) -> Bool { lastAnswer + time <= .now }

  func deadline(_ timeout: Duration) -> ContinuousClock.Instant {
    min(lastAnswer, passedOverSince ?? lastAnswer) + timeout
  }
}
