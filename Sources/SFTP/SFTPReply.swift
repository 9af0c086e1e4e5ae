/// One answer of the server, to the request with the same id.
public struct SFTPReply: Sendable, Equatable {
  public enum Body: Sendable, Equatable {
    case status(SFTPStatus)
    case handle(SFTPHandle)
    /// Where the bytes lie in the machine; until the machine's next change.
    case data(Range<Int>)
    case names([SFTPName])
    case attributes(FileAttributes)
  }

  public let id: UInt32
  public let body: Body
}
