import ParcelStore
import SFTP

/// Folders over whose listing the connection was lost: the server never answered, or hung up. They are
/// listed last, when all that the others have is taken, so that they keep no file of another folder out;
/// what is known of them outlives the process.
struct TroubledFolders {
  /// In the order in which they are to be listed.
  private var noted: NotedPaths

  init(of source: SourceID, _ store: any EventStore) async throws(StoreError) {
    noted = try await NotedPaths("folders.troubled.\(source.rawValue)", store)
  }

  func contains(_ folder: [RemoteName]) -> Bool { place(folder) != nil }

  /// Folders that are known, in the order in which they are to be listed.
  func ordered(_ folders: [[RemoteName]]) -> [[RemoteName]] {
    folders.sorted { (place($0) ?? 0) < (place($1) ?? 0) }
  }

  /// Notes that the connection was lost over a folder; it goes behind all others.
  mutating func add(_ folder: [RemoteName], _ store: any EventStore) async throws(StoreError) {
    try await noted.update(adding: [path(folder)], store)
  }

  /// Notes that a folder was answered for, whatever the answer was.
  mutating func answered(
    _ folder: [RemoteName], _ store: any EventStore
  ) async throws(StoreError) {
    guard contains(folder) else { return }
    try await noted.update(removing: [path(folder)], store)
  }

  private func place(_ folder: [RemoteName]) -> Int? {
    // Hardly any drop has one.
    guard !noted.paths.isEmpty, !folder.isEmpty else { return nil }
    return noted.paths.firstIndex(of: path(folder))
  }

  private func path(_ folder: [RemoteName]) -> [UInt8] { Array(printablePath(folder).utf8) }
}
