import ParcelStore
import SFTP
import Synchronization

/// Moves or deletes files on the server after they are safely in the store.
///
/// Each action stands in the ledger as an intent since the commit of its file, so a crash in between
/// leaves it to the next run. It waits until the file was seen unchanged for long enough
/// (`RemovalRule`). A file that has changed since it was read is left alone: it is another generation,
/// which comes in first. What is pending at a place where the source was before stays pending.
struct PostActions {
  let source: DropSource
  let store: any EventStore
  let observer: any IngestObserver
  /// Seconds since 1970.
  let now: Int64

  /// How many files are moved at once over the one channel.
  private static let width = 32

  /// A file and how the listing shows it.
  private struct Item: Sendable {
    var file: LedgerFile
    var listed: ListedFile?
    /// Whether it waits for nothing but its time.
    var isEarly = false
  }

  /// What became of an action; the problem says why it is still pending.
  private struct Outcome {
    var action: PostAction
    var problem: String?
  }

  /// Carries out what is due for the files of a listing.
  /// - Returns: the first failure in words; nil when there was none.
  func run(_ client: SFTPClient, _ listing: DropListing) async throws -> String? {
    var items = try await pending(listing)
    guard !items.isEmpty else { return nil }
    // Also for files of which the time has not come: an archive that refuses is told at once.
    var firstError: String?
    for target in Set(items.compactMap { Self.target(of: $0) }.map { Array($0.utf8) }) {
      let target = String(decoding: target, as: UTF8.self)
      let kept = items.filter { Self.goes($0, to: target) }
      guard let error = try await makeArchive(target, client) else {
        let mended = kept.filter { $0.isEarly && $0.file.postActionError != nil }.map(\.file.id)
        if !mended.isEmpty { try await store.notePostActions(mended, error: nil) }
        continue
      }
      firstError = firstError ?? error
      items.removeAll { Self.goes($0, to: target) }
      observer.report(.postActionFailed(path: "\(target)/", error: error))
      await note(kept.map(\.file), error)
    }
    let error = try await run(items.filter { !$0.isEarly }, client)
    return firstError ?? error
  }

  /// Failures that are told one by one: there may be one for each file of the drop, at each poll.
  private static let mostTold = 10

  private func run(_ items: [Item], _ client: SFTPClient) async throws -> String? {
    let names = TakenNames()
    var failures: [Int: String] = [:]
    // In the order of the files, so that the same ones are told at each poll.
    defer {
      for (index, error) in failures.sorted(by: { $0.key < $1.key }).prefix(Self.mostTold) {
        observer.report(.postActionFailed(path: items[index].file.path, error: error))
      }
      if failures.count > Self.mostTold {
        observer.report(.postActionsFailed(more: failures.count - Self.mostTold))
      }
    }
    try await withThrowingTaskGroup(of: (index: Int, error: String?).self) { group in
      var rest = items.indices
      func startNext() {
        guard let index = rest.popFirst() else { return }
        group.addTask { (index, try await run(items[index], names, client)) }
      }
      for _ in 0..<Self.width { startNext() }
      while let (index, error) = try await group.next() {
        failures[index] = error
        startNext()
      }
    }
    return failures.min { $0.key < $1.key }?.value
  }

  /// The files of what was listed of this drop that may go, now or later, that have changed, and that are gone.
  private func pending(_ listing: DropListing) async throws -> [Item] {
    let pending = listing.covered(try await store.pendingPostActions(of: source.id))
    guard !pending.isEmpty else { return [] }
    var listed: [[UInt8]: ListedFile] = [:]
    for file in listing.pending + listing.unfinished { listed[Array(file.path.utf8)] = file }
    let rule = RemovalRule(grace: source.afterIngest.grace)
    // Of a clock that was ahead when they were read, and has been put right.
    let ahead = pending.filter { $0.seenAt.map { $0 > now } ?? true }.map(\.id)
    if !ahead.isEmpty { try await store.noteSeen(ahead, at: now) }
    return pending.compactMap { file in
      guard let entry = listed[Array(file.path.utf8)] else { return Item(file: file) }
      let sighting = entry.sighting
      let hasChanged = sighting.size != file.size || sighting.mtime != file.mtime
      guard hasChanged || source.afterIngest.action != .leave else { return nil }
      if hasChanged || rule.allows(file, now: now) { return Item(file: file, listed: entry) }
      return Item(file: file, listed: entry, isEarly: true)
    }
  }

  /// The folder that a file is to be moved to.
  private static func target(of item: Item) -> String? {
    guard item.listed != nil, case .move(let target, _) = item.file.postAction else { return nil }
    return target
  }

  /// By bytes: two folders that Unicode takes for one are two.
  private static func goes(_ item: Item, to folder: String) -> Bool {
    Self.target(of: item)?.utf8.elementsEqual(folder.utf8) == true
  }

  private func folder(_ target: String) -> RemotePath {
    ArchiveFolders.names(target).reduce(source.directory) { $0.appending($1) }
  }

  /// Sees to it that the folder is there.
  /// - Returns: why it is not; nil when it is.
  private func makeArchive(_ target: String, _ client: SFTPClient) async throws -> String? {
    try await source.noteArchive(target, store)
    var path = source.directory
    do throws(SFTPError) {
      for name in ArchiveFolders.names(target) {
        path = path.appending(name)
        if try await kind(path, client) == nil {
          do throws(SFTPError) {
            try await client.makeDirectory(path)
          } catch {
            // Somebody else may have made it meanwhile.
            guard try await kind(path, client) == .directory else { throw error }
          }
        }
        guard let kind = try await kind(path, client), [.directory, .unknown].contains(kind) else {
          return "cannot move files to \(path) on \(source.endpoint): it is no folder; "
            + "move it away, or give after-ingest another folder"
        }
      }
      return nil
    } catch {
      guard error.isAboutThePath else { throw error }
      return error.description
    }
  }

  /// What is at a path, links followed; nil: nothing.
  private func kind(
    _ path: RemotePath, _ client: SFTPClient
  ) async throws(SFTPError) -> FileAttributes.Kind? {
    do throws(SFTPError) {
      return try await client.attributes(of: path, followingLinks: true).kind
    } catch {
      guard error.kind == .noSuchFile else { throw error }
      return nil
    }
  }

  /// - Returns: why it was not possible; nil when it is done.
  private func run(
    _ item: Item, _ names: TakenNames, _ client: SFTPClient
  ) async throws -> String? {
    let file = item.file
    do throws(SFTPError) {
      let outcome = try await perform(item, names, client)
      if let problem = outcome.problem {
        await note([file], problem)
        return problem
      }
      guard outcome.action != file.postAction else { return nil }
      await note(file, outcome.action)
      if outcome.action != .leave {
        observer.report(.fileMoved(path: file.path, action: outcome.action))
      }
      return nil
    } catch {
      guard error.isAboutThePath else { throw error }
      await note([file], error.description)
      return error.description
    }
  }

  private func note(_ file: LedgerFile, _ action: PostAction) async {
    // What the server was told is done; where this fails, the ledger learns it at the next poll, from
    // the listing.
    try? await store.notePostAction(file.id, action, error: nil)
  }

  /// Notes why the actions of files are still pending.
  private func note(_ files: [LedgerFile], _ error: String) async {
    // Most were noted so before.
    let new = files.filter { $0.postActionError != error }
    guard !new.isEmpty else { return }
    try? await store.notePostActions(new.map(\.id), error: error)
  }

  private func perform(
    _ item: Item, _ names: TakenNames, _ client: SFTPClient
  ) async throws(SFTPError) -> Outcome {
    let file = item.file
    guard let location = item.listed?.location(in: source.directory) ?? location(of: file) else {
      return Outcome(action: file.postAction)
    }
    // Asked again just before it is touched: the listing is older than the reading.
    let attributes: FileAttributes
    do throws(SFTPError) {
      attributes = try await client.attributes(of: location)
    } catch {
      guard error.kind == .noSuchFile else { throw error }
      return Outcome(action: file.postAction.done())
    }
    // Not in the listing, but there: filters have changed since, and the intent waits for its file.
    guard item.listed != nil else { return Outcome(action: file.postAction) }
    let size = attributes.size.map { Int64(clamping: $0) }
    guard size == file.size, attributes.mtime.map({ Int64($0) }) == file.mtime else {
      return Outcome(action: .leave)
    }
    if size == nil, source.afterIngest.grace > .zero {
      return Outcome(
        action: file.postAction,
        problem: "cannot tell whether \(location) on \(source.endpoint) still grows: the server "
          + "does not tell sizes; with source.grace: 0s it is removed all the same")
    }
    switch file.postAction {
    case .leave: return Outcome(action: .leave)
    case .delete:
      do throws(SFTPError) {
        try await client.remove(location)
      } catch {
        guard error.kind == .noSuchFile else { throw error }
      }
      return Outcome(action: .delete(isDone: true))
    case .move(let target, _):
      return try await move(item, from: location, to: target, names, client)
    }
  }

  /// Where a file is that no listing shows.
  private func location(of file: LedgerFile) -> RemotePath? {
    guard let bytes = unprinted(file.path) else { return nil }
    let names = bytes.split(separator: UInt8(ascii: "/")).map { RemoteName(Array($0)) }
    return names.reduce(Optional(source.directory)) { path, name in
      name.flatMap { path?.appending($0) }
    }
  }

  /// Moves a file to a name that is free: there are servers whose rename replaces what is there.
  private func move(
    _ item: Item, from location: RemotePath, to target: String, _ names: TakenNames,
    _ client: SFTPClient
  ) async throws(SFTPError) -> Outcome {
    let file = item.file
    guard let name = item.listed?.components.last else { return Outcome(action: .leave) }
    let candidates = ArchiveName.candidates(
      for: name, digest: hexadecimal((file.sha256 ?? []).prefix(4)), number: file.id.rawValue)
    for candidate in candidates {
      let path = folder(target).appending(candidate)
      let done = Outcome(action: .move(to: "\(target)/\(candidate)", isDone: true))
      guard names.take(path), try await isFree(path, client) else { continue }
      do throws(SFTPError) {
        try await client.rename(from: location, to: path)
        return done
      } catch {
        guard error.isAboutThePath else { throw error }
        let isThere = try await !isFree(path, client)
        if try await isFree(location, client) {
          // Moved after all, by us or by somebody else.
          return isThere ? done : Outcome(action: file.postAction.done())
        }
        guard isThere else { throw error }
      }
    }
    return Outcome(
      action: file.postAction,
      problem: "cannot move \(location) on \(source.endpoint): all names that it could get in "
        + "\(target) are taken; clear the archive")
  }

  private func isFree(_ path: RemotePath, _ client: SFTPClient) async throws(SFTPError) -> Bool {
    do throws(SFTPError) {
      _ = try await client.attributes(of: path)
      return false
    } catch {
      guard error.kind == .noSuchFile else { throw error }
      return true
    }
  }
}

/// The names that this run has given out: files of several folders may be moved to one name at once.
private final class TakenNames: Sendable {
  private let paths = Mutex<Set<RemotePath>>([])

  /// - Returns: false when it was given out before.
  func take(_ path: RemotePath) -> Bool { paths.withLock { $0.insert(path).inserted } }
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
