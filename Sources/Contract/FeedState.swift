/// The state of a service's tracking; the raw value is what users see and script against.
public enum FeedState: String, CaseIterable, Sendable {
  /// A field of the contract is missing or malformed.
  case incomplete
  case subscriptionRequired = "subscription-required"
  case advisorToInform = "advisor-to-inform"
  case awaitingFirstFile = "awaiting-first-file"
  case live
  /// Nothing came for longer than agreed, or by the time of day by which it usually has.
  case silent
  /// Account or account ID changed since the feed was last live.
  case reconfigurationRequired = "reconfiguration-required"
  /// The service was live and is in no contract any more, while its rows still come.
  case removed

  /// Whether somebody should act: a feed that was live is not live any more.
  public var isBroken: Bool { [.silent, .reconfigurationRequired, .removed].contains(self) }
}
