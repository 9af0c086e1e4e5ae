import ParcelStore
import SFTP

/// What a listing of the drop showed, as far as there is something to do about it: of the files that
/// are done, of which there may be very many, only the number is kept.
struct DropListing: Sendable {
  /// The files that the ledger does not know as done, in the order in which the carrier wrote them as
  /// far as its clock tells.
  var unfinished: [ListedFile] = []
  /// Done files whose post-action is still to come.
  var pending: [ListedFile] = []
  /// Folders below the drop that are not listed, and why.
  var closed: [(path: String, reason: String)] = []
  /// All files that the filters let through.
  var count = 0
  /// The newest time that anything in the drop has, by the server's clock.
  var newestTime: UInt32?
  /// The folders that were listed with what is below them; the drop itself has no names.
  fileprivate(set) var roots: [[RemoteName]] = [[]]
  /// Folders that are left until last, with what is below them, in the order in which they are to be
  /// listed.
  fileprivate(set) var deferred: [[RemoteName]] = []

  /// Whether it is one of folders that were left until last.
  var isOfLast: Bool { !roots.contains([]) }

  /// The files that would be in the listing if they were there.
  func covered(_ files: [LedgerFile]) -> [LedgerFile] {
    guard isOfLast || !deferred.isEmpty else { return files }
    func beginnings(_ folders: [[RemoteName]]) -> [[UInt8]] {
      folders.map { $0.isEmpty ? [] : Array("\(printablePath($0))/".utf8) }
    }
    let (inside, outside) = (beginnings(roots), beginnings(deferred))
    return files.filter { file in
      inside.contains { file.path.utf8.starts(with: $0) }
        && !outside.contains { file.path.utf8.starts(with: $0) }
    }
  }

  fileprivate mutating func close(_ folder: [RemoteName], _ reason: String) {
    closed.append((printablePath(folder), reason))
  }

  fileprivate mutating func record(_ time: UInt32) { newestTime = max(newestTime ?? 0, time) }
}

extension SFTPError {
  /// Whether the server answered, and what it answered is about one file or folder: whatever its code.
  var isAboutThePath: Bool {
    switch kind {
    case .permissionDenied, .noSuchFile, .failure: true
    default: false
    }
  }

  /// Whether the connection is over, and not because we ended it.
  fileprivate var isLoss: Bool { !isAboutThePath && kind != .cancelled }
}

extension DropSource {
  /// Folders one below the other, and in all.
  private static var deepest: Int { 32 }
  private static var mostFolders: Int { 100_000 }

  /// Lists the drop, below its directory too where the configuration says so, and asks the ledger what
  /// of it is done.
  /// - Parameter last: the folders that a former listing has left until last, which are listed now, with
  ///   what is below them; nil: all others.
  func list(
    _ client: SFTPClient, _ store: any EventStore, _ observer: any IngestObserver,
    last: [[RemoteName]]? = nil
  ) async throws -> DropListing {
    var listing = DropListing()
    if let last { listing.roots = last }
    var troubled = try await TroubledFolders(of: id, store)
    let actions = Set(try await store.pendingPostActions(of: id).map { Array($0.path.utf8) })
    let archives = try await archiveFolders(store)
    var folders = Array(listing.roots.reversed())
    var listed = 0
    while let folder = folders.popLast() {
      if last == nil, troubled.contains(folder) {
        listing.deferred.append(folder)
        continue
      }
      listed += 1
      guard listed <= Self.mostFolders else {
        listing.close(folder, "the drop has more than \(Self.mostFolders) folders")
        break
      }
      observer.alive()
      let path = folder.reduce(directory) { $0.appending($1) }
      do {
        let directory = try await client.openDirectory(path)
        while let run = try await directory.next() {
          observer.alive()
          if let time = run.directory?.mtime { listing.record(time) }
          let entries = try await client.complete(run.entries, in: path, observer) { name in
            root.isRecursive || root.filter.admits(name.bytes)
          }
          let files = take(entries, in: folder, besides: archives, &listing, &folders)
          let unfinished = Set(
            try await store.unfinished(among: files.map(\.sighting)).map(\.pathBytes))
          if unfinished.isEmpty, actions.isEmpty { continue }
          for file in files {
            let path = file.sighting.pathBytes
            if unfinished.contains(path) {
              listing.unfinished.append(file)
            } else if actions.contains(path) {
              listing.pending.append(file)
            }
          }
        }
      } catch let error as SFTPError {
        // A folder below that is closed to us, broken, or gone since it was seen, does not stop the
        // others; a connection that is lost does, this time.
        if !folder.isEmpty, error.isLoss { try await troubled.add(folder, store) }
        guard !folder.isEmpty, error.isAboutThePath else { throw error }
        if error.kind != .noSuchFile { listing.close(folder, error.description) }
      }
      try await troubled.answered(folder, store)
    }
    listing.deferred = troubled.ordered(listing.deferred)
    listing.unfinished.sort { left, right in
      if left.mtime != right.mtime { return (left.mtime ?? 0) < (right.mtime ?? 0) }
      return left.components.lexicographicallyPrecedes(right.components)
    }
    return listing
  }

  /// The files of a run of entries that the filters let through; notes times and folders.
  private func take(
    _ entries: [RemoteEntry], in folder: [RemoteName], besides archives: ArchiveFolders,
    _ listing: inout DropListing, _ folders: inout [[RemoteName]]
  ) -> [ListedFile] {
    var files: [ListedFile] = []
    for entry in entries {
      if let time = entry.mtime { listing.record(time) }
      switch entry.kind {
      case .directory:
        let below = folder + [entry.name]
        // What was moved away must not come back as a file of the drop.
        guard root.isRecursive, !archives.contains(below),
          !root.filter.excludes(entry.name.bytes)
        else {
          continue
        }
        // Some file systems have folders that contain themselves.
        if below.count > Self.deepest {
          listing.close(below, "it lies more than \(Self.deepest) folders below the drop")
        } else {
          folders.append(below)
        }
      case .file, .unknown:
        guard root.filter.admits(entry.name.bytes) else { continue }
        files.append(
          ListedFile(
            source: id, components: folder + [entry.name], size: entry.size, mtime: entry.mtime))
      case .symlink, .other:
        // A link may lead anywhere on the server; only what lies in the drop itself is read.
        continue
      }
    }
    listing.count += files.count
    return files
  }
}
