import Archive
import Crypto
import ParcelStore
import TrackingFile

/// Takes lines out of the copies of files, so that what they say of a person is gone.
public struct RawRedaction: Sendable {
  private let store: any EventStore
  private let layouts: [Layout]
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64

  public enum Outcome: Sendable, Equatable {
    /// No copy of the file is kept, or it has none of these lines.
    case nothing
    /// The copy was rewritten without these lines, and has a second SHA-256 from now on.
    case redacted(lines: Int)
    /// Lines can't be taken out of this copy (an archive, a copy that is damaged or not whole, one with very many such
    /// lines), so all of it was removed.
    case removed
  }

  /// - Parameter layouts: those by which files are read. A row of several lines goes as a whole where the layout of
  ///   its file is one of them, and as far as its quotes reach otherwise.
  public init(
    _ store: any EventStore, layouts: [Layout] = [], now: @escaping @Sendable () -> Int64
  ) {
    self.store = store
    self.layouts = layouts
    self.now = now
  }

  /// Rewrites the copy that has a file's bytes, in flat memory and short transactions. After a kill it may be run
  /// again.
  /// - Parameter lines: numbers of lines in which rows begin, from 1 on, as events, held rows and rejected lines have
  ///   them.
  public func run(_ file: FileID, without lines: Set<Int>) async throws -> Outcome {
    guard !lines.isEmpty, let holder = try await store.rawHolder(of: file) else { return .nothing }
    return try await redact(holder.file) { kept in
      guard holder.member == nil else { return try await remove(kept.copy) }
      return try await redact(kept, .lines(lines))
    }
  }

  /// The same for all rows about a recipient whose data is erased.
  func run(_ file: FileID, without rows: ErasedRows) async throws -> Outcome {
    try await redact(file) { kept in try await redact(kept, .rows(rows)) }
  }

  /// A copy may change meanwhile: the daemon completes what a command has begun, files are read again, and old copies
  /// go. Then it is done again with the new one.
  private func redact(
    _ file: FileID, _ body: (CopyOfFile) async throws -> Outcome
  ) async throws -> Outcome {
    var attempts = 0
    while true {
      guard let kept = try await copy(of: file) else { return .nothing }
      do {
        return try await body(kept)
      } catch let fault as RawFileFault where fault.kind == .gone && attempts < Self.mostAttempts {
        attempts += 1
        try await Task.sleep(for: .milliseconds(Int.random(in: 1...100)))
      }
    }
  }

  private static let mostAttempts = 8

  private func copy(of file: FileID) async throws(StoreError) -> CopyOfFile? {
    let next = FileID(rawValue: file.rawValue + 1)
    let kept = try await store.rawCopies(before: next, limit: 1).first
    return kept?.copy.file == file ? kept : nil
  }

  private func redact(_ kept: CopyOfFile, _ target: TextSearch.Target) async throws -> Outcome {
    let copy = kept.copy
    // Of a copy that is being removed, pieces may be left; of one that is not whole, more may come.
    guard copy.removedAt == nil, copy.sha256 != nil else { return try await remove(copy) }
    do {
      let beginning = try await bytes(of: copy).next() ?? []
      if ZIPReader.recognises(Array(beginning.prefix(ZIPReader.markLength))) {
        return try await has(target, inArchive: kept) ? remove(copy) : .nothing
      }
      let text = CopyText(bytes(of: copy))
      let search = try await search(kept, for: target, in: text)
      guard !search.isFull else { return try await remove(copy) }
      let lines = search.lines
      if lines.isEmpty { return .nothing }
      let cut = LineCut(lines, in: search.form, followsQuotes: !search.knowsRows)
      return try await rewrite(copy, RedactedCopy(cut, isPacked: text.isPacked))
    } catch is FileFailure {
      return try await remove(copy)
    } catch let fault as RawFileFault where fault.kind == .damaged {
      return try await remove(copy)
    }
  }

  private func bytes(of copy: RawCopy) -> KeptFile {
    KeptFile(copy, at: "file \(copy.file.rawValue)", store)
  }

  private func search(
    _ kept: CopyOfFile, for target: TextSearch.Target, in text: CopyText
  ) async throws -> TextSearch {
    let layout = layouts.first { $0.name == kept.layout }
    var search = TextSearch(
      target, by: layout, path: kept.path, receivedAt: kept.copy.keptAt)
    while let bytes = try await text.next() {
      try Task.checkCancellation()
      search.add(bytes)
      if search.isFull { return search }
    }
    search.finish()
    guard text.sha256 == kept.copy.sha256OfBytes else { throw RawFileFault(.damaged, kept.path) }
    return search
  }

  /// Whether a member of an archive has what is looked for, as far as each line by itself shows it. Lines are not
  /// looked for by their numbers there.
  private func has(
    _ target: TextSearch.Target, inArchive kept: CopyOfFile
  ) async throws -> Bool {
    guard case .rows = target else { return true }
    let members = ArchiveMembers(bytes(of: kept.copy))
    while try await members.nextMember() != nil {
      let text = CopyText(members)
      var search = TextSearch(target, by: nil, path: kept.path, receivedAt: kept.copy.keptAt)
      var isBegun = false
      while let bytes = try await text.next() {
        try Task.checkCancellation()
        // What is packed once more can't be looked through.
        if !isBegun, ZIPReader.recognises(Array(bytes.prefix(ZIPReader.markLength))) {
          return true
        }
        isBegun = true
        search.add(bytes)
      }
      search.finish()
      if !search.lines.isEmpty { return true }
    }
    return false
  }

  /// Writes a copy anew without some lines.
  private func rewrite(_ copy: RawCopy, _ begun: RedactedCopy) async throws -> Outcome {
    var redacted = begun
    let text = CopyText(bytes(of: copy))
    var sum = RedactedSum(sha256: [], pieces: 0, size: 0)
    while let bytes = try await text.next() {
      try Task.checkCancellation()
      redacted.add(bytes)
      if redacted.isFull { try await stage(redacted.take(), for: copy, &sum) }
    }
    redacted.finish()
    try await stage(redacted.take(), for: copy, &sum)
    // Nothing is left of it.
    guard sum.pieces > 0 else { return try await remove(copy) }
    sum.sha256 = redacted.sha256
    guard try await store.redact(copy, to: sum, at: now()) else {
      throw RawFileFault(.gone, "file \(copy.file.rawValue)")
    }
    return try await isWhole(copy.file) ? .redacted(lines: redacted.linesCut) : .removed
  }

  private func stage(
    _ pieces: [RawPiece], for copy: RawCopy, _ sum: inout RedactedSum
  ) async throws(StoreError) {
    guard !pieces.isEmpty else { return }
    try await store.stageRawPieces(pieces, for: copy)
    sum.pieces += pieces.count
    sum.size += pieces.reduce(0) { $0 + Int64($1.size) }
  }

  /// Reads a redacted copy once more. Where two took other lines out of it at once, their pieces may be mixed, and
  /// rows be left in it that are erased: then it is removed.
  private func isWhole(_ file: FileID) async throws -> Bool {
    guard let copy = try await store.rawCopy(of: file), copy.removedAt == nil else { return true }
    var hash = SHA256()
    let kept = bytes(of: copy)
    while let bytes = try await kept.next() {
      try Task.checkCancellation()
      bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }
    if Array(hash.finalize()) == copy.sha256OfBytes { return true }
    _ = try await remove(copy)
    return false
  }

  private func remove(_ copy: RawCopy) async throws(StoreError) -> Outcome {
    try await store.removeRawCopy(of: copy.file, at: now()) ? .removed : .nothing
  }
}
