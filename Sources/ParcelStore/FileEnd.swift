/// How the reading of a file ended.
public struct FileEnd: Sendable {
  /// Whether this stands until the file changes; otherwise the next poll reads the file again.
  public var isFinal: Bool
  public var state: FileState
  /// Of the bytes as they were fetched.
  public var sha256: [UInt8]?
  public var error: String?
  public var postAction: PostAction
  /// After how many seconds without a change the file is read again all the same; nil: never.
  public var readAgainAfter: Int64?
  /// In bytes, of a file of which it was not known before; otherwise nil or the same.
  public var size: Int64?

  public init(
    isFinal: Bool, state: FileState, sha256: [UInt8]?, error: String?, postAction: PostAction
  ) {
    self.isFinal = isFinal
    self.state = state
    self.sha256 = sha256
    self.error = error
    self.postAction = postAction
  }
}
