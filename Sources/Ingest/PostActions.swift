import ParcelStore
import SFTP

/// Moves or deletes files on the server after they are in the store.
///
/// The action is written to the ledger in the commit of its file, so after a crash the next run does it. It
/// waits until the file has been unchanged for long enough (`RemovalRule`). A file that has changed since it
/// was read is not touched: the new content is read first. Actions of a server or folder that the source had
/// before stay pending.
struct PostActions {
  let source: DropSource
  let store: any EventStore
  let observer: any IngestObserver
  /// Seconds since 1970.
  let now: Int64
  /// For which files the sidecars of the listing stand.
  let uses: SidecarUses
  /// The right to list the source, by which no other worker does the same; nil: there is no other.
  let hold: DutyHold?

  /// How many files are moved or deleted at the same time.
  private static let width = 32

  /// A file with a pending action.
  struct Item: Sendable {
    var file: LedgerFile
    /// As the listing shows it; nil if it is not there.
    var listed: ListedFile?
    /// The paths of the sidecars that stand for it, also if only they are there.
    var sidecars: [[RemoteName]] = []
    /// Whether it only waits until it has been unchanged for long enough.
    var isEarly = false
  }

  /// The action after it was tried; `problem` says why it is still pending.
  struct Outcome {
    var action: PostAction
    var problem: String?
  }

  /// Carries out the actions that are due for the files of a listing.
  /// - Returns: the first failure in words; nil when there was none.
  func run(_ client: SFTPClient, _ listing: DropListing) async throws -> String? {
    var items = try await pending(listing)
    guard !items.isEmpty else { return nil }
    // Also for files that are not due yet, so that a problem with the archive folder is reported at once.
    var firstError: String?
    for target in Set(items.compactMap { Self.target(of: $0) }.map { Array($0.utf8) }) {
      let target = String(decoding: target, as: UTF8.self)
      let files = items.filter { Self.goes($0, to: target) }
      guard let error = try await makeArchive(target, client) else {
        let mended = files.filter { $0.isEarly && $0.file.postActionError != nil }.map(\.file.id)
        if !mended.isEmpty { try await store.notePostActions(mended, error: nil) }
        continue
      }
      firstError = firstError ?? error
      items.removeAll { Self.goes($0, to: target) }
      observer.report(.postActionFailed(path: "\(target)/", error: error))
      await record(error, of: files.map(\.file))
    }
    let error = try await run(items.filter { !$0.isEarly }, client)
    return firstError ?? error
  }

  /// How many failures are reported one by one: there may be one for each file, at each poll.
  private static let mostReported = 10

  private func run(_ items: [Item], _ client: SFTPClient) async throws -> String? {
    let names = TakenNames()
    var failures: [Int: String] = [:]
    // In the order of the files, so that each poll reports the same ones.
    defer {
      for (index, error) in failures.sorted(by: { $0.key < $1.key }).prefix(Self.mostReported) {
        observer.report(.postActionFailed(path: items[index].file.path, error: error))
      }
      if failures.count > Self.mostReported {
        observer.report(.postActionsFailed(more: failures.count - Self.mostReported))
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

  /// The files of the listed folders with a pending action; some may have changed or be gone.
  private func pending(_ listing: DropListing) async throws -> [Item] {
    let pending = listing.covered(try await store.pendingPostActions(of: source.id))
    guard !pending.isEmpty else { return [] }
    var listed: [[UInt8]: ListedFile] = [:]
    for file in listing.pending + listing.unfinished { listed[Array(file.path.utf8)] = file }
    let rule = RemovalRule(grace: source.afterIngest.grace)
    // The clock of this machine was ahead when they were read, and has been put right.
    let ahead = pending.filter { $0.seenAt.map { $0 > now } ?? true }.map(\.id)
    if !ahead.isEmpty { try await store.noteSeen(ahead, at: now) }
    return pending.compactMap { file in
      guard let entry = listed[Array(file.path.utf8)] else {
        let left = listing.leftSidecars[Array(file.path.utf8)] ?? []
        return Item(file: file, sidecars: left)
      }
      let sighting = entry.sighting
      let hasChanged = sighting.size != file.size || sighting.mtime != file.mtime
      guard hasChanged || source.afterIngest.action != .leave else { return nil }
      if hasChanged || rule.allows(file, now: now) {
        return Item(file: file, listed: entry, sidecars: entry.sidecarPaths)
      }
      return Item(file: file, listed: entry, isEarly: true)
    }
  }

  /// The folder that a file is to be moved to.
  private static func target(of item: Item) -> String? {
    guard item.listed != nil, case .move(let target, _) = item.file.postAction else { return nil }
    return target
  }

  /// Compares bytes, as `==` takes some names for equal that are different folders.
  private static func goes(_ item: Item, to folder: String) -> Bool {
    Self.target(of: item)?.utf8.elementsEqual(folder.utf8) == true
  }

  /// - Returns: why it was not possible; nil when it is done.
  private func run(
    _ item: Item, _ names: TakenNames, _ client: SFTPClient
  ) async throws -> String? {
    let file = item.file
    do throws(SFTPError) {
      let outcome = try await perform(item, names, client)
      if let problem = outcome.problem {
        await record(problem, of: [file])
        return problem
      }
      guard outcome.action != file.postAction else { return nil }
      if outcome.action != .leave,
        let problem = try await removeSidecars(of: item, names, client)
      {
        await record(problem, of: [file])
        return problem
      }
      await record(outcome.action, of: file)
      if outcome.action != .leave {
        observer.report(.fileMoved(path: file.path, action: outcome.action))
      }
      return nil
    } catch {
      guard error.isAboutThePath else { throw error }
      await record(error.description, of: [file])
      return error.description
    }
  }

  /// Whether no other worker can be doing the same. A lease can't keep an SFTP server from what comes late, so the worker
  /// asks directly before it moves or deletes.
  var mayAct: Bool { hold?.isCurrent != false }

  static let mayBeWithAnother =
    "this worker was silent for too long, and another one may do it now: the next poll looks again"

  private func record(_ action: PostAction, of file: LedgerFile) async {
    // The server has already done it. If the store fails now, the next poll sees it in the listing. By a task of its own,
    // as a poll that is cancelled would forget the name in the archive.
    await Task { [store] in
      try? await store.notePostAction(file.id, action, error: nil)
    }.value
  }

  /// Records why the actions of files are still pending.
  private func record(_ error: String, of files: [LedgerFile]) async {
    // Most have this error already.
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
    // Looked at once more just before it is moved or deleted, as the listing is older.
    let attributes: FileAttributes
    do throws(SFTPError) {
      attributes = try await client.attributes(of: location)
    } catch {
      guard error.kind == .noSuchFile else { throw error }
      return Outcome(action: file.postAction.done())
    }
    // It is there but not in the listing, as the filters have changed: the action stays pending.
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
      guard mayAct else {
        return Outcome(action: file.postAction, problem: Self.mayBeWithAnother)
      }
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

  /// The path of a file that the listing does not show; nil if it can't be a path below the folder.
  private func location(of file: LedgerFile) -> RemotePath? {
    guard let bytes = unprinted(file.path) else { return nil }
    let names = bytes.split(separator: UInt8(ascii: "/")).map { RemoteName(Array($0)) }
    return names.reduce(Optional(source.directory)) { path, name in
      name.flatMap { path?.appending($0) }
    }
  }
}

extension PostAction {
  func done() -> PostAction {
    switch self {
    case .leave: .leave
    case .delete: .delete(isDone: true)
    case .move(let target, _): .move(to: target, isDone: true)
    }
  }
}
