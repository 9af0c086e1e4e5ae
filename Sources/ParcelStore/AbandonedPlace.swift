/// Files that are still to be moved or deleted at a place where no source of the configuration is.
public struct AbandonedPlace: Hashable, Sendable {
  /// The source that was there.
  public var name: String
  public var place: String
  public var files: Int

  package init(name: String, place: String, files: Int) {
    self.name = name
    self.place = place
    self.files = files
  }
}
