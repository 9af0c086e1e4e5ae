import ParcelStore

/// Files that were open when the connection was lost. One of them may be the cause, so they are read after all
/// others and one at a time. The list is kept in the store.
struct TroubledFiles {
  /// In the order in which they are to be tried.
  private var noted: NotedPaths

  init(of source: SourceID, _ store: any EventStore) async throws(StoreError) {
    noted = try await NotedPaths("files.troubled.\(source.rawValue)", store)
  }

  /// Splits files into those that are read in the usual way, and those that are tried last.
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

  /// Adds files that were open when the connection was lost, at the end of the list.
  mutating func add(_ files: [ListedFile], _ store: any EventStore) async throws(StoreError) {
    try await noted.update(adding: files.map(\.sighting.pathBytes), store)
  }

  /// Records that files were tried one at a time. Those that could be read are removed from the list.
  /// - Parameter file: the one with which the connection was lost, which is moved to the end of the list; nil:
  ///   all could be read.
  mutating func tried(
    _ files: [ListedFile], lossOver file: ListedFile?, _ store: any EventStore
  ) async throws(StoreError) {
    let count = file.flatMap { lost in files.firstIndex { $0.id == lost.id } } ?? files.count
    try await noted.update(
      removing: files[..<count].map(\.sighting.pathBytes),
      adding: file.map { [$0.sighting.pathBytes] } ?? [], store)
  }
}
