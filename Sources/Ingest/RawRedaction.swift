import Crypto
import ParcelStore
import TrackingFile

/// Takes lines out of the copies of files, so that what they say of a person is gone.
public struct RawRedaction: Sendable {
  private let store: any EventStore
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64

  public enum Outcome: Sendable, Equatable {
    /// No copy of the file is kept, or it has none of these lines.
    case nothing
    /// The copy was rewritten without these lines, and has a second SHA-256 from now on.
    case redacted(lines: Int)
    /// Lines can't be taken out of this copy (an archive, UTF-16, a copy that is damaged or not whole), so all of it
    /// was removed.
    case removed
  }

  public init(_ store: any EventStore, now: @escaping @Sendable () -> Int64) {
    self.store = store
    self.now = now
  }

  /// Rewrites the copy that has a file's bytes, in flat memory and short transactions. After a kill it may be run
  /// again.
  /// - Parameter lines: numbers of lines, from 1 on, as events, held rows and rejected lines have them.
  public func run(_ file: FileID, without lines: Set<Int>) async throws -> Outcome {
    guard !lines.isEmpty, let holder = try await store.rawHolder(of: file),
      let copy = try await store.rawCopy(of: holder.file), copy.removedAt == nil
    else { return .nothing }
    guard holder.member == nil, copy.sha256 != nil else { return try await remove(copy) }
    do {
      var dry = RedactedCopy(lines)
      try await rewrite(copy, &dry) { _ in }
      guard dry.isWhole(copy) else { return try await remove(copy) }
      if dry.linesCut == 0 { return .nothing }
      var redacted = RedactedCopy(lines)
      try await rewrite(copy, &redacted) { pieces throws(StoreError) in
        try await store.stageRawPieces(pieces, for: copy)
      }
      guard try await store.redact(copy, sha256: redacted.sha256, at: now()) else {
        throw RawFileFault(.gone, "file \(file.rawValue)")
      }
      return .redacted(lines: redacted.linesCut)
    } catch is RedactedCopy.Impossible {
      return try await remove(copy)
    } catch is FileFailure {
      return try await remove(copy)
    } catch let fault as RawFileFault where fault.kind == .damaged {
      return try await remove(copy)
    }
  }

  /// Runs a copy's bytes through a redaction.
  private func rewrite(
    _ copy: RawCopy, _ redacted: inout RedactedCopy,
    _ store: ([RawPiece]) async throws(StoreError) -> Void
  ) async throws {
    let kept = KeptFile(copy, at: "file \(copy.file.rawValue)", self.store)
    while let bytes = try await kept.next() {
      try Task.checkCancellation()
      try redacted.add(bytes)
      if redacted.isFull { try await store(redacted.take()) }
    }
    try redacted.finish()
    let rest = redacted.take()
    if !rest.isEmpty { try await store(rest) }
  }

  private func remove(_ copy: RawCopy) async throws(StoreError) -> Outcome {
    try await store.removeRawCopy(of: copy.file, at: now()) ? .removed : .nothing
  }
}
