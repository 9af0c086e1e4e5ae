/// One answer of the server, to the request with the same id.
public struct SFTPReply: Sendable, Equatable {
  public enum Body: Sendable, Equatable {
    case status(SFTPStatus)
    case handle(SFTPHandle)
    /// The place of the bytes in the machine's buffer; see `SFTPMachine.withData`.
    case data(Range<Int>)
    case names([SFTPName])
    case attributes(FileAttributes)
  }

  public let id: UInt32
  public let body: Body
}
