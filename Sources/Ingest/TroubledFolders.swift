import ParcelStore
import SFTP

/// Folders whose listing has lost the connection before. They are listed last, after the files of all other
/// folders were read. The list is kept in the store.
struct TroubledFolders {
  /// In the order in which they are to be listed.
  private var noted: NotedPaths

  init(of source: SourceID, _ store: any EventStore) async throws(StoreError) {
    noted = try await NotedPaths("folders.troubled.\(source.rawValue)", store)
  }

  func contains(_ folder: [RemoteName]) -> Bool { place(folder) != nil }

  /// Folders of the list, in the order in which they are to be listed.
  func ordered(_ folders: [[RemoteName]]) -> [[RemoteName]] {
    folders.sorted { (place($0) ?? 0) < (place($1) ?? 0) }
  }

  /// Records that listing a folder lost the connection; it is moved to the end of the list.
  mutating func add(_ folder: [RemoteName], _ store: any EventStore) async throws(StoreError) {
    try await noted.update(adding: [path(folder)], store)
  }

  /// Records that the server answered, even if it refused to list the folder.
  mutating func answered(
    _ folder: [RemoteName], _ store: any EventStore
  ) async throws(StoreError) {
    guard contains(folder) else { return }
    try await noted.update(removing: [path(folder)], store)
  }

  private func place(_ folder: [RemoteName]) -> Int? {
    // Nearly always there are none.
    guard !noted.paths.isEmpty, !folder.isEmpty else { return nil }
    return noted.paths.firstIndex(of: path(folder))
  }

  private func path(_ folder: [RemoteName]) -> [UInt8] { Array(printablePath(folder).utf8) }
}
