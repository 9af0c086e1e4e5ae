/// A name with its attributes, as a directory lists it.
public struct SFTPName: Sendable, Equatable {
  public let name: [UInt8]
  public let attributes: FileAttributes
}
