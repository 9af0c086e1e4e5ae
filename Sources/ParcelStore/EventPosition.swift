import Carrier

/// The last event that a follower has seen: `SEQ`, or `ID:SEQ` with the store's incarnation.
public struct EventPosition: Hashable, Sendable, CustomStringConvertible {
  /// Nil: of any store.
  public var incarnation: Incarnation?
  /// The last event that the follower has; 0: none.
  public var seq: Int64

  public init(incarnation: Incarnation? = nil, seq: Int64) {
    self.incarnation = incarnation
    self.seq = seq
  }

  /// - Returns: nil when the text is no position.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let last = parts.last, let seq = Int64(last), seq >= 0,
      last.utf8.allSatisfy(\.isASCIIDigit)
    else { return nil }
    guard parts.count == 2 else {
      self.init(seq: seq)
      return
    }
    guard let incarnation = Incarnation(parts[0]) else { return nil }
    self.init(incarnation: incarnation, seq: seq)
  }

  public var description: String { (incarnation.map { "\($0):" } ?? "") + "\(seq)" }

  /// Whether the position says something about a store.
  public func isValid(in store: Incarnation) -> Bool { incarnation == nil || incarnation == store }
}
