/// A process that polls for a store.
public struct KnownWorker: Sendable, Hashable {
  /// Such as `process 12 on host3`.
  public var name: String
  /// When it began: seconds since 1970.
  public var since: Int64
  /// How many files it has claimed and not read to their end.
  public var files: Int
  /// The names of the sources that it lists just now.
  public var lists: [String]

  public init(name: String, since: Int64, files: Int, lists: [String]) {
    self.name = name
    self.since = since
    self.files = files
    self.lists = lists
  }
}
