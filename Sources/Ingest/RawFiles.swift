import Archive
import Crypto
import ParcelStore
import SFTP
import TrackingFile

/// Gives back the bytes of files, as they were fetched.
///
/// ```swift
/// let files = RawFiles(store)
/// if let copy = try await files.copy(of: file) {
///   try await files.write(file, copy) { bytes in print(bytes.count) }
/// }
/// ```
public struct RawFiles: Sendable {
  private let store: any StoreReader

  public init(_ store: any StoreReader) { self.store = store }

  /// The copy that has a file's bytes: its own, or that of its archive. It may be removed, or not be whole yet.
  /// - Returns: nil: none was kept.
  public func copy(of file: LedgerFile) async throws(StoreError) -> RawCopy? {
    guard let holder = try await store.rawHolder(of: file.id) else { return nil }
    return try await store.rawCopy(of: holder.file)
  }

  /// Compares the copy with the SHA-256 of the ledger, and then hands out the file's bytes.
  /// - Parameter write: called with some bytes after the other.
  /// - Throws: `RawFileFault`, `StoreError`, and what `write` throws.
  public func write(
    _ file: LedgerFile, _ copy: RawCopy, to write: ([UInt8]) throws -> Void
  ) async throws {
    try await verify(file, copy)
    guard let holder = try await store.rawHolder(of: file.id) else {
      throw RawFileFault(.gone, file.path)
    }
    let kept = KeptFile(copy, at: file.path, store)
    guard let member = holder.member else {
      while let bytes = try await kept.next() {
        try Task.checkCancellation()
        try write(bytes)
      }
      return
    }
    do {
      try await self.write(member, of: file, from: ArchiveMembers(kept), to: write)
    } catch let failure as FileFailure {
      throw RawFileFault(.unreadable(failure.description), file.path)
    }
  }

  /// First, so that no byte is handed out of a copy that is not as it was.
  private func verify(_ file: LedgerFile, _ copy: RawCopy) async throws {
    let kept = KeptFile(copy, at: file.path, store)
    var hash = SHA256()
    while let bytes = try await kept.next() {
      try Task.checkCancellation()
      bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }
    guard Array(hash.finalize()) == copy.sha256OfBytes else {
      throw RawFileFault(.damaged, file.path)
    }
    // The ledger has none of a file that could not be read, and of a member it is that of its content.
    if copy.file == file.id, copy.redactedAt == nil, let known = file.sha256,
      known != copy.sha256
    {
      throw RawFileFault(.damaged, file.path)
    }
  }

  private func write(
    _ name: String, of file: LedgerFile, from members: ArchiveMembers,
    to write: ([UInt8]) throws -> Void
  ) async throws {
    while let member = try await members.nextMember() {
      guard printable(member.name).utf8.elementsEqual(name.utf8) else { continue }
      var hash = SHA256()
      while let bytes = try await members.next() {
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        try write(bytes)
      }
      if let known = file.sha256, known != Array(hash.finalize()) {
        throw RawFileFault(.damaged, file.path)
      }
      return
    }
    throw RawFileFault(.unreadable("it has no such member"), file.path)
  }
}
