/// How the server has violated version 3 of the protocol.
public enum SFTPProtocolError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A packet was announced that is larger than any that was asked for.
  case packetTooLong(length: UInt32, limit: Int)
  /// Text came where the first packet was expected, such as a message of a login script.
  case notSFTP(text: String)
  /// A packet is shorter than its own fields say.
  case truncated(type: UInt8)
  case unexpectedType(UInt8)
  /// An answer without a request, or a second one to the same request.
  case unknownRequest(UInt32)
  /// An answer that does not fit its request, such as a handle for a read, or too many bytes.
  case mismatched(type: UInt8)
  case unsupportedVersion(UInt32)

  public var description: String {
    switch self {
    case .packetTooLong(let length, let limit):
      "a packet of \(length) bytes was announced, more than the \(limit) that are allowed"
    case .notSFTP(let text): "it sent text instead of SFTP: \"\(text)\""
    case .truncated(let type): "a packet of type \(type) ends too early"
    case .unexpectedType(let type): "a packet of type \(type) came out of turn"
    case .unknownRequest(let id): "an answer came to request \(id), which was not asked"
    case .mismatched(let type): "a packet of type \(type) does not answer what was asked"
    case .unsupportedVersion(let version): "it speaks version \(version) of SFTP, not 3"
    }
  }
}
