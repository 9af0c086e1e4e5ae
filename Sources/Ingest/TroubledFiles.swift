import ParcelStore

/// Files that were open when the connection was lost: the server never answered over one of them, or hung
/// up. They are tried last, each alone, so that they keep no other file out and the one that it was is
/// found; what is known of them outlives the process.
struct TroubledFiles {
  /// In the order in which they are to be tried.
  private var noted: NotedPaths

  init(of source: SourceID, _ store: any EventStore) async throws(StoreError) {
    noted = try await NotedPaths("files.troubled.\(source.rawValue)", store)
  }

  /// Parts files into those that are read as usual, and those that are tried last.
  func part(_ files: [ListedFile]) -> (usual: [ListedFile], last: [ListedFile]) {
    guard !noted.paths.isEmpty else { return (files, []) }
    let places = Dictionary(
      noted.paths.enumerated().map { ($0.element, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    var last: [(place: Int, file: ListedFile)] = []
    var usual: [ListedFile] = []
    for file in files {
      if let place = places[file.sighting.pathBytes] {
        last.append((place, file))
      } else {
        usual.append(file)
      }
    }
    return (usual, last.sorted { $0.place < $1.place }.map(\.file))
  }

  /// Notes files over which the connection was lost, behind those that are known.
  mutating func add(_ files: [ListedFile], _ store: any EventStore) async throws(StoreError) {
    try await noted.update(adding: files.map(\.sighting.pathBytes), store)
  }

  /// Notes that files were tried, each alone.
  /// - Parameter file: the one over which the connection was lost: those before it are none of these any
  ///   more, it goes behind all others; nil: all were answered for.
  mutating func tried(
    _ files: [ListedFile], lossOver file: ListedFile?, _ store: any EventStore
  ) async throws(StoreError) {
    let count = file.flatMap { lost in files.firstIndex { $0.id == lost.id } } ?? files.count
    try await noted.update(
      removing: files[..<count].map(\.sighting.pathBytes),
      adding: file.map { [$0.sighting.pathBytes] } ?? [], store)
  }
}
