import CLibSSH2

/// The message with which a server ends the session (SSH_MSG_DISCONNECT).
struct Farewell {
  let reason: Int32
  /// In printable ASCII.
  let message: String

  init(reason: Int32, message: UnsafeRawBufferPointer) {
    self.reason = reason
    let printable = message.prefix(200).map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: "?") }
    self.message = String(decoding: printable, as: UTF8.self)
  }

  /// In words that follow "the server".
  var sentence: String {
    message.isEmpty ? "ended the session" : "ended the session with \"\(message)\""
  }

  /// Whether it speaks of how we log in, and not of the server. OpenSSH ends a login that failed too
  /// often as an error of protocol.
  var isOfLogin: Bool {
    [
      SSH_DISCONNECT_PROTOCOL_ERROR, SSH_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE,
      SSH_DISCONNECT_AUTH_CANCELLED_BY_USER, SSH_DISCONNECT_ILLEGAL_USER_NAME,
    ].contains(reason)
  }
}
