/// Where the bytes of a file are kept.
public struct RawHolder: Sendable, Equatable {
  /// The file itself, or the archive that it is a member of.
  public var file: FileID
  /// The member's name in the archive, as the ledger has it; nil: it is the file itself.
  public var member: String?

  public init(file: FileID, member: String?) {
    self.file = file
    self.member = member
  }
}
