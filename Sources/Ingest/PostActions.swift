import ParcelStore
import SFTP

/// Moves or deletes files on the server after they are safely in the store.
///
/// Each action stands in the ledger as an intent since the commit of its file, so a crash in between
/// leaves it to the next run. A file that has changed since it was read is left alone: it is another
/// generation, which comes in first.
struct PostActions {
  let source: DropSource
  let store: any EventStore
  let observer: any IngestObserver

  /// How many files are moved at once over the one channel.
  private static let width = 32

  /// Carries out what is pending for the files of a listing.
  /// - Returns: the first failure in words; nil when there was none.
  func run(_ client: SFTPClient, _ listing: DropListing) async throws -> String? {
    let pending = try await store.pendingPostActions()
    guard !pending.isEmpty else { return nil }
    if pending.contains(where: { if case .move = $0.postAction { true } else { false } }) {
      try await makeArchive(client)
    }
    var listed: [String: ListedFile] = [:]
    for file in listing.pending + listing.unfinished { listed[file.path] = file }
    let files = listed

    return try await withThrowingTaskGroup(of: String?.self) { group in
      var firstError: String?
      var rest = pending[...]
      func startNext() {
        guard let file = rest.popFirst() else { return }
        group.addTask { try await run(file, listed: files[file.path], client) }
      }
      for _ in 0..<Self.width { startNext() }
      while let error = try await group.next() {
        firstError = firstError ?? error
        startNext()
      }
      return firstError
    }
  }

  private func makeArchive(_ client: SFTPClient) async throws {
    guard case .move(let target) = source.afterIngest else { return }
    var path = source.directory
    for component in target.split(separator: "/") {
      guard let name = RemoteName(String(component)) else { continue }
      path = path.appending(name)
      if (try? await client.attributes(of: path)) == nil {
        try? await client.makeDirectory(path)
      }
    }
  }

  /// - Returns: why it was not possible; nil when it is done.
  private func run(
    _ file: LedgerFile, listed: ListedFile?, _ client: SFTPClient
  ) async throws -> String? {
    do throws(SFTPError) {
      let done = try await perform(file, listed, client)
      try await note(file, done, error: nil)
      guard done != file.postAction, done != .leave else { return nil }
      observer.note(.fileMoved(path: file.path, action: done))
      return nil
    } catch {
      guard Self.isAboutTheFile(error) else { throw error }
      try await note(file, file.postAction, error: error.description)
      observer.note(.postActionFailed(path: file.path, error: error.description))
      return error.description
    }
  }

  private func note(_ file: LedgerFile, _ action: PostAction, error: String?)
    async throws(SFTPError)
  {
    do {
      try await store.notePostAction(file.id, action, error: error)
    } catch {
      // What the server was told is done; the ledger learns it at the next poll, from the listing.
    }
  }

  private func perform(
    _ file: LedgerFile, _ listed: ListedFile?, _ client: SFTPClient
  ) async throws(SFTPError) -> PostAction {
    let location = listed?.location(in: source.directory) ?? plainLocation(file.path)
    guard let location else { return file.postAction }
    // Asked again just before it is touched: the listing is older than the reading.
    let attributes: FileAttributes
    do throws(SFTPError) {
      attributes = try await client.attributes(of: location)
    } catch {
      guard error.kind == .noSuchFile else { throw error }
      return file.postAction.done()
    }
    // Not in the listing, but there: filters have changed since, and the intent waits for its file.
    guard let listed else { return file.postAction }
    let size = attributes.size.map { Int64(clamping: $0) }
    guard size == file.size, attributes.mtime.map({ Int64($0) }) == file.mtime else {
      return .leave
    }
    switch file.postAction {
    case .leave: return .leave
    case .delete:
      do throws(SFTPError) {
        try await client.remove(location)
      } catch {
        guard error.kind == .noSuchFile else { throw error }
      }
      return .delete(isDone: true)
    case .move(let target, _):
      return try await move(file, listed, to: target, client)
    }
  }

  /// Where a file is that no listing shows; nil for a name whose printable form is not its own.
  private func plainLocation(_ path: String) -> RemotePath? {
    guard !path.contains("\\") else { return nil }
    return path.split(separator: "/").compactMap { RemoteName(String($0)) }
      .reduce(source.directory) { $0.appending($1) }
  }

  /// Moves a file; a target that exists keeps its name, and ours gets the beginning of its SHA-256.
  private func move(
    _ file: LedgerFile, _ listed: ListedFile, to target: String, _ client: SFTPClient
  ) async throws(SFTPError) -> PostAction {
    let folder = target.split(separator: "/").compactMap { RemoteName(String($0)) }
      .reduce(source.directory) { $0.appending($1) }
    guard let name = listed.components.last else { return .leave }
    let digest = hexadecimal((file.sha256 ?? []).prefix(4))
    let suffixed = RemoteName(name.bytes + Array(".\(digest)".utf8)) ?? name
    for candidate in [name, suffixed] {
      let path = folder.appending(candidate)
      do throws(SFTPError) {
        try await client.rename(from: listed.location(in: source.directory), to: path)
        return .move(to: "\(target)/\(candidate)", isDone: true)
      } catch {
        if error.kind == .noSuchFile, (try? await client.attributes(of: path)) != nil {
          // Moved already: the answer to the first try was lost.
          return .move(to: "\(target)/\(candidate)", isDone: true)
        }
        let targetExists = (try? await client.attributes(of: path)) != nil
        guard targetExists, candidate == name, suffixed != name else { throw error }
      }
    }
    return file.postAction
  }

  /// Whether an error concerns one file, so that the others go on.
  private static func isAboutTheFile(_ error: SFTPError) -> Bool {
    switch error.kind {
    case .noSuchFile, .permissionDenied, .failure: true
    default: false
    }
  }
}

extension PostAction {
  fileprivate func done() -> PostAction {
    switch self {
    case .leave: .leave
    case .delete: .delete(isDone: true)
    case .move(let target, _): .move(to: target, isDone: true)
    }
  }
}
