/// From when and until when things happened that a list has. Nil: no bound.
public struct AskedTimes: Sendable, Hashable {
  public var since: AskedTime?
  public var until: AskedTime?

  public init(since: AskedTime? = nil, until: AskedTime? = nil) {
    self.since = since
    self.until = until
  }

  public func validate() throws(QuestionFault) {
    guard let since, let until, since.seconds >= until.end else { return }
    throw QuestionFault("since is after until: nothing can be between them", .sinceAfterUntil)
  }
}
