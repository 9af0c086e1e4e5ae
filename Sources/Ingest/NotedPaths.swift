import ParcelStore

/// A list of paths that is kept in the store, so that it outlives the process. Paths are printable and
/// compared as bytes, because `String` takes some different paths for equal.
struct NotedPaths {
  private(set) var paths: [[UInt8]]
  private let note: String

  /// How many are kept; the oldest are forgotten first.
  private static let most = 1_000

  init(_ note: String, _ store: any EventStore) async throws(StoreError) {
    self.note = note
    // Printable paths have no line feeds.
    let text = try await store.readNote(note) ?? ""
    paths = text.utf8.split(separator: UInt8(ascii: "\n")).map { Array($0) }
  }

  /// Removes some paths, and adds others at the end of the list.
  mutating func update(
    removing gone: some Sequence<[UInt8]> = [], adding new: [[UInt8]] = [],
    _ store: any EventStore
  ) async throws(StoreError) {
    let names = Set(gone).union(new)
    paths.removeAll { names.contains($0) }
    paths += new
    paths.removeFirst(max(0, paths.count - Self.most))
    let text = String(
      decoding: Array(paths.joined(separator: [UInt8(ascii: "\n")])), as: UTF8.self)
    try await store.setNotes([note: paths.isEmpty ? nil : text])
  }
}
