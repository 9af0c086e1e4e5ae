/// What can be asked about the copies of files.
public protocol RawCopyReader: Sendable {
  /// The copy of a file, also one that was removed; nil: none was ever kept.
  func rawCopy(of file: FileID) async throws(StoreError) -> RawCopy?

  /// Where the bytes of a file are kept. Nil: nowhere, and they never were.
  func rawHolder(of file: FileID) async throws(StoreError) -> RawHolder?

  /// The next copies of which bytes are there or still come, that of the newest file first.
  /// - Parameter file: copies of files before this one; nil: from the newest on.
  func rawCopies(before file: FileID?, limit: Int) async throws(StoreError) -> [CopyOfFile]

  /// The next pieces of a copy.
  /// - Parameters:
  ///   - copy: as `rawCopy(of:)` gave it.
  ///   - number: of the first piece, from 0 on.
  /// - Returns: at most `limit` pieces; fewer at the end of the copy, or if it was removed or redacted meanwhile.
  func rawPieces(
    of copy: RawCopy, from number: Int, limit: Int
  ) async throws(StoreError) -> [RawPiece]

  /// The copies that `removeRawCopies` would remove, all together.
  /// - Parameter time: seconds since 1970; nil: all copies.
  func rawCopies(keptBefore time: Int64?) async throws(StoreError) -> RawCopyTotal
}
