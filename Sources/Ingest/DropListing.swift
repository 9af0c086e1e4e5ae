import ParcelStore
import SFTP

/// The files of a listing with which something is still to be done. Files that are done may be very many, so
/// only their number is kept.
struct DropListing: Sendable {
  /// Files that the ledger does not know as done, the oldest first by the times in the listing.
  var unfinished: [ListedFile] = []
  /// Files that were read and whose post-action is pending.
  var pending: [ListedFile] = []
  /// Folders that could not be listed, and why.
  var closed: [(path: String, reason: String)] = []
  /// Sidecars of files that are gone and whose post-action is pending, by the file's printable path.
  fileprivate(set) var leftSidecars: [[UInt8]: [[RemoteName]]] = [:]
  /// The printable paths of files that the filters say nothing about; not more than `UnmatchedFiles.most`.
  fileprivate(set) var unmatched: [String] = []
  /// Files of the ledger that the listed folders should show and do not.
  var unseen = UnseenFiles()
  /// The printable paths of folders that it shows, and whose files it does not show all.
  private var partial: Set<[UInt8]> = []
  /// How many files the filters let through.
  var count = 0
  /// The newest time in the listing: seconds since 1970 by the server's clock.
  var newestTime: UInt32?
  /// The folders where the listing began; the source's own folder is an empty list of names.
  fileprivate(set) var roots: [[RemoteName]] = [[]]
  /// Folders that are to be listed last, with all folders below them, in the order in which to do it.
  fileprivate(set) var deferred: [[RemoteName]] = []

  /// Whether it lists folders that another listing has deferred.
  var isOfLast: Bool { !roots.contains([]) }

  /// Whether it lists all folders that can be listed.
  var isOfAllFolders: Bool { !isOfLast && deferred.isEmpty && closed.isEmpty }

  /// Those of the files that are in a listed folder, no matter whether they were there.
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

  /// Records that not all files of a folder are listed.
  fileprivate mutating func shut(_ folder: [RemoteName]) {
    partial.insert(Array(printablePath(folder).utf8))
  }

  /// Whether a file would be in the listing if it were there: its folder, or the lack of it, was listed.
  fileprivate func wouldShow(_ path: String, in root: DropFolder, _ settle: SettleRule) -> Bool {
    let bytes = Array(path.utf8)
    let slash = UInt8(ascii: "/")
    let slashes = bytes.indices.filter { bytes[$0] == slash }
    guard slashes.isEmpty || root.isRecursive,
      !slashes.contains(where: { partial.contains(Array(bytes[..<$0])) }),
      !isOfLast
        || roots.contains(where: { bytes.starts(with: Array("\(printablePath($0))/".utf8)) })
    else { return false }
    // What the configuration leaves out today may be there.
    let last = String(decoding: bytes[(slashes.last.map { $0 + 1 } ?? 0)...], as: UTF8.self)
    guard let name = unprinted(last).flatMap({ RemoteName($0) }) else { return false }
    var sidecars = FolderSidecars(settle)
    return root.filter.admits(name.bytes) && !sidecars.take(name)
  }

  fileprivate mutating func close(_ folder: [RemoteName], _ reason: String) {
    shut(folder)
    closed.append((printablePath(folder), reason))
  }

  /// Reports the folders that could not be listed: the first few one by one, and then how many more.
  func reportClosed(to observer: any IngestObserver, atMost most: Int) {
    for folder in closed.prefix(most) {
      observer.report(.folderClosed(path: folder.path, error: folder.reason))
    }
    if closed.count > most { observer.report(.foldersClosed(more: closed.count - most)) }
  }

  fileprivate mutating func addUnmatched(_ file: [RemoteName]) {
    if unmatched.count < UnmatchedFiles.most { unmatched.append(printablePath(file)) }
  }

  fileprivate mutating func record(_ time: UInt32) { newestTime = max(newestTime ?? 0, time) }
}

extension DropListing {
  /// Finds the sidecars in a folder whose files were removed, as the files' pending actions say.
  fileprivate mutating func noteLeft(
    _ sidecars: FolderSidecars, in folder: [RemoteName], of actions: Set<[UInt8]>
  ) {
    guard !sidecars.isEmpty else { return }
    let start = folder.isEmpty ? [] : Array("\(printablePath(folder))/".utf8)
    let listed = Set(pending.map { Array($0.path.utf8) })
    for path in actions where path.starts(with: start) && !listed.contains(path) {
      let name = String(decoding: path[start.count...], as: UTF8.self)
      guard let bytes = unprinted(name), let name = RemoteName(bytes) else { continue }
      let left = sidecars.standing(for: name)
      if !left.isEmpty { leftSidecars[path] = left.map { folder + [$0] } }
    }
  }
}

extension ListedFile {
  fileprivate func sidecars(among all: FolderSidecars) -> [RemoteName] {
    components.last.map { all.standing(for: $0) } ?? []
  }
}

extension SFTPError {
  /// Whether the server has answered with a refusal that concerns one file or folder.
  var isAboutThePath: Bool {
    switch kind {
    case .permissionDenied, .noSuchFile, .failure: true
    default: false
    }
  }

  /// Whether the connection was lost, and not ended by us.
  fileprivate var isLoss: Bool { !isAboutThePath && kind != .cancelled }
}

extension DropSource {
  /// How deep folders may lie, and how many there may be.
  private static var deepest: Int { 32 }
  private static var mostFolders: Int { 100_000 }

  /// Lists the source's folder, with the folders below it if `root.isRecursive`, and asks the ledger which
  /// files are done.
  /// - Parameters:
  ///   - settle: says which files are sidecars, which are not read.
  ///   - last: the folders that an earlier listing has deferred, to list them now; nil: all others.
  /// - Throws: `SFTPError` if the connection is lost or the source's own folder can't be listed; `StoreError`.
  func list(
    _ client: SFTPClient, _ store: any EventStore, _ observer: any IngestObserver,
    settle: SettleRule, last: [[RemoteName]]? = nil
  ) async throws -> DropListing {
    var listing = DropListing()
    if let last { listing.roots = last }
    var troubled = try await TroubledFolders(of: id, store)
    let actions = Set(try await store.pendingPostActions(of: id).map { Array($0.path.utf8) })
    let archives = try await archiveFolders(store)
    var seen = FileSet()
    var folders = Array(listing.roots.reversed())
    var listed = 0
    while let folder = folders.popLast() {
      if last == nil, troubled.contains(folder) {
        listing.deferred.append(folder)
        listing.shut(folder)
        continue
      }
      listed += 1
      guard listed <= Self.mostFolders else {
        listing.close(folder, "the drop has more than \(Self.mostFolders) folders")
        for other in folders { listing.shut(other) }
        break
      }
      observer.alive()
      let path = folder.reduce(directory) { $0.appending($1) }
      var sidecars = FolderSidecars(settle)
      let before = (unfinished: listing.unfinished.count, pending: listing.pending.count)
      do {
        let directory = try await client.openDirectory(path)
        while let run = try await directory.next() {
          observer.alive()
          if let time = run.directory?.mtime { listing.record(time) }
          let entries = try await client.complete(run.entries, in: path, observer) { name in
            root.isRecursive || root.filter.admits(name.bytes)
          }
          let rest = entries.filter { entry in
            ![.file, .unknown].contains(entry.kind) || !sidecars.take(entry.name)
          }
          let files = take(rest, in: folder, besides: archives, &listing, &folders)
          let look = try await store.look(for: files.map(\.sighting))
          for row in look.rows { seen.insert(row) }
          let unfinished = Set(look.unfinished.map(\.pathBytes))
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
        // If a folder below can't be read or is gone, the others are still listed. If the connection is lost
        // over it, this poll ends, and the next one lists it last.
        if !folder.isEmpty, error.isLoss { try await troubled.add(folder, store) }
        guard !folder.isEmpty, error.isAboutThePath else { throw error }
        listing.shut(folder)
        if error.kind != .noSuchFile { listing.close(folder, error.description) }
      }
      // They may come in another run of the listing than their files.
      for index in before.unfinished..<listing.unfinished.count {
        listing.unfinished[index].sidecars = listing.unfinished[index].sidecars(among: sidecars)
      }
      for index in before.pending..<listing.pending.count {
        listing.pending[index].sidecars = listing.pending[index].sidecars(among: sidecars)
      }
      listing.noteLeft(sidecars, in: folder, of: actions)
      try await troubled.answered(folder, store)
    }
    listing.unseen = try await store.unseen(of: id, besides: seen)
    listing.unseen.missing.removeAll { [listing] file in
      !listing.wouldShow(file.path, in: root, settle)
    }
    listing.deferred = troubled.ordered(listing.deferred)
    listing.unfinished.sort { left, right in
      if left.mtime != right.mtime { return (left.mtime ?? 0) < (right.mtime ?? 0) }
      return left.components.lexicographicallyPrecedes(right.components)
    }
    return listing
  }

  /// Picks the files that the filters let through, and adds times and further folders to the listing.
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
        // Files in the archive were read already.
        guard root.isRecursive, !archives.contains(below),
          !root.filter.excludes(entry.name.bytes)
        else {
          if root.isRecursive { listing.shut(below) }
          continue
        }
        // Some file systems have folders that contain themselves.
        if below.count > Self.deepest {
          listing.close(below, "it lies more than \(Self.deepest) folders below the drop")
        } else {
          folders.append(below)
        }
      case .file, .unknown:
        if entry.kind == .unknown, root.isRecursive { listing.shut(folder + [entry.name]) }
        guard root.filter.admits(entry.name.bytes) else {
          if entry.kind == .file, root.filter.misses(entry.name.bytes) {
            listing.addUnmatched(folder + [entry.name])
          }
          continue
        }
        files.append(
          ListedFile(
            source: id, components: folder + [entry.name], size: entry.size, mtime: entry.mtime))
      case .symlink, .other:
        // A link may lead anywhere on the server; only files in the folder itself are read.
        if root.isRecursive { listing.shut(folder + [entry.name]) }
      }
    }
    listing.count += files.count
    return files
  }
}
