import ParcelStore

// Copies of files: their bytes go to the store with their rows.
extension FileIntake {
  /// Gives what waits of a file's copy to the writer if that is much; there may be no rows to go with it.
  func giveCopyIfFull(of file: FileSighting, isFirst: inout Bool) async throws(StoreError) {
    guard copy?.isFull == true else { return }
    try await writer.append(part(of: file, isFirst: isFirst, [], end: nil))
    isFirst = false
  }

  /// Reads what the reader has left of a file, so that the copy is whole: a file that can't be read is what somebody
  /// wants to see.
  func finishCopy(of file: FileSighting, isFirst: inout Bool) async throws {
    guard let copy, copy.sighting == file else { return }
    while try await copy.next() != nil {
      try Task.checkCancellation()
      try await giveCopyIfFull(of: file, isFirst: &isFirst)
    }
  }
}
