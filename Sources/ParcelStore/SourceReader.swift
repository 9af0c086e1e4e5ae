/// What a store promises of sources.
///
/// A file is (source, path), and a source is its name: with another host or directory it is the same one,
/// except for what is still to be moved or deleted, which stays at the place where it was read. A source
/// that is at the same place under a new name is the same one, too.
public protocol SourceReader: Sendable {
  /// The sources that are configured now or were once, in the order in which they came.
  func sources() async throws(StoreError) -> [KnownSource]

  /// The places where files are still to be moved or deleted, and no source is any more.
  func abandonedPlaces() async throws(StoreError) -> [AbandonedPlace]
}
