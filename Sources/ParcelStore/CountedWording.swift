/// A wording, with how many events have it.
public struct CountedWording: Hashable, Sendable {
  public var wording: Wording
  public var events: Int

  package init(wording: Wording, events: Int) {
    self.wording = wording
    self.events = events
  }
}
