/// The file that a contract is written in.
public struct ContractSource: Hashable, Sendable {
  public var path: String
  /// Of the bytes that were read.
  public var sha256: [UInt8]

  public init(path: String, sha256: [UInt8]) {
    self.path = path
    self.sha256 = sha256
  }
}
