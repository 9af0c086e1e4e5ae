/// How much is asked of a server, and for how long.
public struct ConnectionLimits: Sendable {
  /// How long the server may be silent.
  public var timeout: Duration
  /// Sessions at most; each carries many requests at once.
  public var sessions: Int

  public init(timeout: Duration, sessions: Int) {
    self.timeout = timeout
    self.sessions = sessions
  }
}
