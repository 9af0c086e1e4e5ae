/// Whether the server has done a request, or why not.
public struct SFTPStatus: Sendable, Equatable {
  /// SSH_FX_*: see the draft's section 7.
  public let code: UInt32
  /// The server's text, made printable; may be empty.
  public let message: String

  static let ok: UInt32 = 0
  static let endOfFile: UInt32 = 1
  static let noSuchFile: UInt32 = 2
  static let permissionDenied: UInt32 = 3
  static let failure: UInt32 = 4
  static let noConnection: UInt32 = 6
  static let connectionLost: UInt32 = 7

  package init(code: UInt32, message: String) {
    self.code = code
    self.message = message
  }

  /// The meaning of the code, for servers that give no text.
  var meaning: String {
    switch code {
    case Self.ok: "ok"
    case Self.endOfFile: "end of file"
    case Self.noSuchFile: "no such file"
    case Self.permissionDenied: "permission denied"
    case Self.failure: "failure"
    case 5: "bad message"
    case Self.noConnection: "no connection"
    case Self.connectionLost: "connection lost"
    case 8: "operation unsupported"
    default: "status \(code)"
    }
  }
}
