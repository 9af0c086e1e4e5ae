/// Is informed of what happens: the log, a progress bar. Called from several tasks at once, but not for each
/// row.
public protocol IngestObserver: Sendable {
  func report(_ event: IngestEvent)
  /// How far the work has come. Called for every chunk, so it must be fast.
  func progress(_ progress: IngestProgress)
  /// Bytes of a file came from the server. Called for every chunk.
  func received(_ bytes: Int)
  /// The work goes on without an event, for example during a long listing. It must be fast, too.
  func alive()
}

extension IngestObserver {
  public func alive() {}
  public func received(_ bytes: Int) {}
}
