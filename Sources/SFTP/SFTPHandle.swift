/// A file or directory that the server has open for us: an opaque name of at most 256 bytes.
public struct SFTPHandle: Sendable, Hashable {
  let bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }
}
