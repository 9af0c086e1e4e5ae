/// What is known of a file once it was read.
public struct FileEnd: Sendable {
  /// Whether the verdict stands until the file changes; otherwise the next look reads it again.
  public var isFinal: Bool
  public var state: FileState
  /// Of the bytes as they came.
  public var sha256: [UInt8]?
  public var error: String?
  public var postAction: PostAction
  /// The file is read again although it did not change, once it was seen unchanged for so long:
  /// seconds.
  public var readAgainAfter: Int64?

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
