/// The server's name for an open file or directory: at most 256 bytes without a meaning for us.
public struct SFTPHandle: Sendable, Hashable {
  let bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }
}
