/// What came of a request that only tries the way to an endpoint out.
public struct DeliveryTest: Sendable, Hashable {
  /// Of the answer; nil: there was none.
  public var status: Int?
  public var milliseconds: Int
  /// Why it was not taken, in words of ours; nil: it was.
  public var reason: String?
  /// The beginning of the answer, at most `DeliveryFault.longestAnswer` bytes; nil: it had no body.
  public var answer: String?

  public var isTaken: Bool { reason == nil }
}
