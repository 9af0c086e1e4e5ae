import ParcelStore
import SFTP
import SSH

/// The folders below the source's folder that files are moved to, or once were. Files there are not read, as
/// they were read already.
struct ArchiveFolders: Sendable {
  private var folders: Set<[RemoteName]> = []

  func contains(_ folder: [RemoteName]) -> Bool { folders.contains(folder) }

  /// - Parameter known: all archive folders that the store knows, also of other servers and folders.
  init(_ source: DropSource, known: [ArchiveFolder]) {
    if case .move(let target) = source.afterIngest.action { folders.insert(Self.names(target)) }
    let drop = DropSource.normalized(source.directory)
    for archive in known {
      guard let server = archive.server, let directory = archive.directory else {
        folders.insert(Self.names(archive.path))
        continue
      }
      guard server == source.endpoint.description else { continue }
      let place = Self.names(archive.path).reduce(RemotePath(directory)) { $0.appending($1) }
      if let below = Self.names(of: DropSource.normalized(place), below: drop) {
        folders.insert(below)
      }
    }
  }

  static func names(_ path: String) -> [RemoteName] {
    path.split(separator: "/").compactMap { RemoteName(String($0)) }
  }

  /// - Returns: nil if the path is not below the directory.
  private static func names(of path: RemotePath, below directory: RemotePath) -> [RemoteName]? {
    let slash = UInt8(ascii: "/")
    guard (path.bytes.first == slash) == (directory.bytes.first == slash) else { return nil }
    let names = path.bytes.split(separator: slash).map(Array.init)
    let above = directory.bytes.split(separator: slash).map(Array.init)
    guard names.count > above.count, names.starts(with: above) else { return nil }
    return names.dropFirst(above.count).compactMap { RemoteName($0) }
  }
}

extension DropSource {
  func archiveFolders(_ store: any StoreReader) async throws(StoreError) -> ArchiveFolders {
    ArchiveFolders(self, known: root.isRecursive ? try await store.archives() : [])
  }

  /// Stores an archive folder; called before anything is moved there.
  func noteArchive(_ target: String, _ store: any EventStore) async throws(StoreError) {
    let folder = ArchiveFolder(
      server: endpoint.description,
      directory: String(decoding: Self.normalized(directory).bytes, as: UTF8.self), path: target)
    guard try await !store.archives().contains(folder) else { return }
    try await store.noteArchive(folder)
  }
}
