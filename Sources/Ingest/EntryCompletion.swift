import SFTP

extension SFTPClient {
  /// How many entries are looked up at the same time.
  private static let width = 256

  /// Looks up attributes that are missing in a listing, as some servers list only names. Without them a link
  /// would look like a file, and a changed file like the old one.
  ///
  /// - Parameter isWanted: the names for which it matters.
  /// - Returns: the entries in their order, without those that are gone by now.
  nonisolated func complete(
    _ entries: [RemoteEntry], in path: RemotePath, _ observer: any IngestObserver,
    isWanted: (RemoteName) -> Bool
  ) async throws -> [RemoteEntry] {
    var rest = entries.indices.filter { entries[$0].lacks && isWanted(entries[$0].name) }[...]
    var all = entries.map(Optional.some)
    while !rest.isEmpty {
      let looks = try await look(at: rest.prefix(Self.width), of: entries, in: path)
      rest = rest.dropFirst(Self.width)
      observer.alive()
      for look in looks { all[look.index] = look.entry }
      // The server does not have the attributes at all, so don't ask for the rest.
      if looks.allSatisfy({ $0.entry == entries[$0.index] }) { break }
    }
    return all.compactMap(\.self)
  }

  private struct Look: Sendable {
    var index: Int
    /// Nil if it was removed after the listing.
    var entry: RemoteEntry?
  }

  private nonisolated func look(
    at indices: ArraySlice<Int>, of entries: [RemoteEntry], in path: RemotePath
  ) async throws -> [Look] {
    try await withThrowingTaskGroup(of: Look.self) { group in
      for index in indices {
        group.addTask { try await self.look(index, at: entries[index], in: path) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  private nonisolated func look(
    _ index: Int, at entry: RemoteEntry, in path: RemotePath
  ) async throws -> Look {
    do throws(SFTPError) {
      let attributes = try await attributes(of: path.appending(entry.name))
      return Look(index: index, entry: RemoteEntry(name: entry.name, attributes: attributes))
    } catch {
      switch error.kind {
      case .noSuchFile: return Look(index: index, entry: nil)
      // It stays as the listing shows it.
      case .permissionDenied, .failure: return Look(index: index, entry: entry)
      default: throw error
      }
    }
  }
}

extension RemoteEntry {
  /// Whether the listing does not say what kind of thing it is, or lacks size or time of a file.
  fileprivate var lacks: Bool {
    switch kind {
    case .unknown: true
    case .file: size == nil || mtime == nil
    case .directory, .symlink, .other: false
    }
  }
}
