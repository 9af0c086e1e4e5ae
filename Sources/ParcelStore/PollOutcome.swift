/// How a poll of a source went.
public enum PollOutcome: Hashable, Sendable {
  case succeeded
  /// The server, or the connection to it, was the cause.
  case failedAtServer(String)
  /// This machine was the cause: a full disk, for example.
  case failedHere(String)
}
