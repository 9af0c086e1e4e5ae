import SFTP

extension SFTPClient {
  /// How many entries are asked for at once.
  private static let width = 256

  /// The entries with what the listing left out: some servers list names alone. Without it a link
  /// would look like a file, and the next generation of a file like the one before.
  ///
  /// - Parameter isWanted: which names are worth a question.
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
      // A server that never tells need not be asked for each.
      if looks.allSatisfy({ $0.entry == entries[$0.index] }) { break }
    }
    return all.compactMap(\.self)
  }

  private struct Look: Sendable {
    var index: Int
    /// Nil when it is gone since it was listed.
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
  /// Whether the listing does not tell what it is, or not enough of a file.
  fileprivate var lacks: Bool {
    switch kind {
    case .unknown: true
    case .file: size == nil || mtime == nil
    case .directory, .symlink, .other: false
    }
  }
}
