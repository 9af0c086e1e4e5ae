/// Whoever wants to know what happens. Called from several tasks at once, but never for each row.
public protocol IngestObserver: Sendable {
  func report(_ event: IngestEvent)
  /// How far the work has come; called once for every chunk, so it must be cheap.
  func progress(_ progress: IngestProgress)
  /// The work goes on without an event, for example during a long listing; must be cheap as well.
  func alive()
}

extension IngestObserver {
  public func alive() {}
}
