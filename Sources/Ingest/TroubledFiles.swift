import ParcelStore

/// Files whose reading cost the connection: the server never answered, or hung up. They are tried last and
/// alone, so that they keep no other file out; what is known of them outlives the process.
struct TroubledFiles {
  /// Printable paths as bytes, the one that was tried longest ago first.
  private var paths: [[UInt8]]

  private static let note = "files.troubled"
  /// More are forgotten, the oldest first: they are tried in the usual order again.
  private static let most = 100

  init(_ store: any EventStore) async throws(StoreError) {
    // Printable paths have no line feeds.
    let text = try await store.note(Self.note) ?? ""
    paths = text.utf8.split(separator: UInt8(ascii: "\n")).map { Array($0) }
  }

  /// Parts files into those that are read as usual, and those that are tried last.
  func part(_ files: [ListedFile]) -> (usual: [ListedFile], last: [ListedFile]) {
    guard !paths.isEmpty else { return (files, []) }
    var last: [(place: Int, file: ListedFile)] = []
    var usual: [ListedFile] = []
    for file in files {
      if let place = paths.firstIndex(of: file.sighting.pathBytes) {
        last.append((place, file))
      } else {
        usual.append(file)
      }
    }
    return (usual, last.sorted { $0.place < $1.place }.map(\.file))
  }

  /// Notes that a file cost the connection.
  mutating func add(_ file: ListedFile, _ store: any EventStore) async throws(StoreError) {
    paths.removeAll { $0 == file.sighting.pathBytes }
    paths.append(file.sighting.pathBytes)
    paths.removeFirst(max(0, paths.count - Self.most))
    try await write(store)
  }

  /// Notes that a file was read, or answered for.
  mutating func remove(_ file: ListedFile, _ store: any EventStore) async throws(StoreError) {
    let count = paths.count
    paths.removeAll { $0 == file.sighting.pathBytes }
    if paths.count < count { try await write(store) }
  }

  private func write(_ store: any EventStore) async throws(StoreError) {
    let text = String(
      decoding: Array(paths.joined(separator: [UInt8(ascii: "\n")])), as: UTF8.self)
    try await store.setNotes([Self.note: paths.isEmpty ? nil : text])
  }
}
