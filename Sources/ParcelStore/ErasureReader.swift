/// What can be asked about erasures.
public protocol ErasureReader: Sendable {
  /// Erasures that were begun and not finished, in the order of `seq`.
  func unfinishedErasures() async throws(StoreError) -> [Erasure]

  /// The lines of the next file in which erased data came again, once the file is read.
  /// - Parameter file: files after this one; nil: from the first one on.
  /// - Returns: nil when there is no further file.
  func erasedLines(after file: FileID?) async throws(StoreError) -> ErasedLines?

  func erasureDebt() async throws(StoreError) -> ErasureDebt
}
