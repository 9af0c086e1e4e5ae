import ParcelStore

/// Files that were open when the connection was lost: the server never answered over one of them, or hung
/// up. They are tried last, each alone, so that they keep no other file out and the one that it was is
/// found; what is known of them outlives the process.
struct TroubledFiles {
  /// Printable paths as bytes, in the order in which they are to be tried.
  private var paths: [[UInt8]]

  private static let note = "files.troubled"
  /// More are forgotten, the oldest first: they are tried in the usual order again.
  private static let most = 1_000

  init(_ store: any EventStore) async throws(StoreError) {
    // Printable paths have no line feeds.
    let text = try await store.note(Self.note) ?? ""
    paths = text.utf8.split(separator: UInt8(ascii: "\n")).map { Array($0) }
  }

  /// Parts files into those that are read as usual, and those that are tried last.
  func part(_ files: [ListedFile]) -> (usual: [ListedFile], last: [ListedFile]) {
    guard !paths.isEmpty else { return (files, []) }
    let places = Dictionary(
      paths.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
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
    let new = files.map(\.sighting.pathBytes)
    let names = Set(new)
    paths.removeAll { names.contains($0) }
    paths += new
    paths.removeFirst(max(0, paths.count - Self.most))
    try await write(store)
  }

  /// Notes that files were tried, each alone.
  /// - Parameter file: the one over which the connection was lost: those before it are none of these any
  ///   more, it goes behind all others; nil: all were answered for.
  mutating func tried(
    _ files: [ListedFile], lossOver file: ListedFile?, _ store: any EventStore
  ) async throws(StoreError) {
    let count = file.flatMap { lost in files.firstIndex { $0.id == lost.id } } ?? files.count
    let done = Set(files[..<count].map(\.sighting.pathBytes))
    paths.removeAll { done.contains($0) }
    if let file {
      try await add([file], store)
    } else {
      try await write(store)
    }
  }

  private func write(_ store: any EventStore) async throws(StoreError) {
    let text = String(
      decoding: Array(paths.joined(separator: [UInt8(ascii: "\n")])), as: UTF8.self)
    try await store.setNotes([Self.note: paths.isEmpty ? nil : text])
  }
}
