/// A wording that the status map does not know, with how many events have it.
public struct UnmappedWording: Sendable, Hashable {
  public var wording: Wording
  public var events: Int

  package init(wording: Wording, events: Int) {
    self.wording = wording
    self.events = events
  }
}
