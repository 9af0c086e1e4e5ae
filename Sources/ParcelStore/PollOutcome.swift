/// How a poll of a source went.
public enum PollOutcome: Hashable, Sendable {
  case succeeded
  /// The server, or the way to it, was the reason.
  case failedAtServer(String)
  /// This machine was the reason: a full disk, for example.
  case failedHere(String)
}
