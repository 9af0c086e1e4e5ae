import Status

/// The status map by which a store's wordings have their meanings, and how far current statuses follow it.
public struct MapInForce: Sendable, Hashable {
  public var name: String
  public var version: String
  /// Seconds since 1970.
  public var since: Int64
  /// Nil: every current status goes by this map.
  public var progress: RemapProgress?

  package init(name: String, version: String, since: Int64) {
    self.name = name
    self.version = version
    self.since = since
  }

  /// Whether it is this map; the version of a map that is read from a file has a digest of the file.
  public func matches(_ map: StatusMap) -> Bool { name == map.name && version == map.version }
}
