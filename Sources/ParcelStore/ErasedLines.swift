/// Lines of a file that came after an erasure and that say again what was erased: the store did not take it, but the
/// copy of the file's bytes may have it.
public struct ErasedLines: Sendable, Hashable {
  public var file: FileID
  public var lines: Set<Int>

  public init(file: FileID, lines: Set<Int>) {
    self.file = file
    self.lines = lines
  }
}
