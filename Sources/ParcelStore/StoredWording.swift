import Status

/// A wording as a store has it.
public struct StoredWording: Sendable, Hashable {
  /// The store's own number for it.
  public var number: Int64
  public var wording: Wording
  public var meaning: Meaning
  public var events: Int

  package init(number: Int64, wording: Wording, meaning: Meaning, events: Int) {
    self.number = number
    self.wording = wording
    self.meaning = meaning
    self.events = events
  }
}
