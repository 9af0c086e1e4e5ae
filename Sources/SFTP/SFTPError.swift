import SSH

/// Why the server did not do something, as one sentence for the operator.
///
/// Errors of connecting (network, host key, login) are `SSHError`s.
public struct SFTPError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    case noSuchFile
    case permissionDenied
    /// Any other refusal, by its SSH_FX_ code; 4 is "failure", such as a target that exists.
    case failure(code: UInt32)
    /// The server broke the protocol; the connection is closed.
    case protocolViolation
    /// No complete answer came within the timeout; the connection is closed.
    case timedOut
    /// The server went away, or the connection was closed before.
    case connectionLost
    /// The file's size or time changed, or bytes came after its end.
    case changedWhileReading
    /// The file ended before the size that the server gave for it.
    case endedEarly(at: UInt64, of: UInt64)
    case cancelled
  }

  public let kind: Kind
  /// What was being done, to be read after "cannot": `read`.
  public let operation: String
  /// The path it is about; nil if it is about the connection.
  public let path: RemotePath?
  /// `host:port`.
  public let server: String
  /// Why, with the server's own text made printable.
  public let reason: String
  /// What to do about it.
  public let advice: String

  public var description: String {
    let object = path.map { " \($0) on \(server)" } ?? " \(server)"
    return "cannot \(operation)\(object): \(reason); \(advice)"
  }
}

/// An error without the operation, as the same one may end many calls.
struct Failure: Error, Sendable {
  let kind: SFTPError.Kind
  let reason: String
  let advice: String

  func error(_ operation: String, _ path: RemotePath?, on server: String) -> SFTPError {
    SFTPError(
      kind: kind, operation: operation, path: path, server: server, reason: reason, advice: advice)
  }

  static let cancelled = Failure(kind: .cancelled, reason: "cancelled", advice: "start it again")

  static let closed = Failure(
    kind: .connectionLost, reason: "the connection is closed", advice: "connect again")

  static func timedOut(_ timeout: Duration) -> Failure {
    Failure(
      kind: .timedOut, reason: "no complete answer within \(timeout)",
      advice: "check the network and the server, or raise the timeout")
  }

  static func violation(_ error: SFTPProtocolError) -> Failure {
    Failure(
      kind: .protocolViolation, reason: error.description,
      advice: "check that host, port and account are those of an SFTP server")
  }

  static func lost(_ error: SSHError) -> Failure {
    Failure(
      kind: error.kind == .cancelled ? .cancelled : .connectionLost, reason: error.reason,
      advice: error.advice)
  }

  static func refused(_ status: SFTPStatus) -> Failure {
    let words = status.message.isEmpty ? "" : ": \"\(status.message)\""
    let reason = "the server says \(status.meaning)\(words)"
    switch status.code {
    case SFTPStatus.noSuchFile:
      return Failure(kind: .noSuchFile, reason: reason, advice: "check the path")
    case SFTPStatus.permissionDenied:
      return Failure(
        kind: .permissionDenied, reason: reason,
        advice: "have the account given the right to do this")
    default:
      // Also "no connection" and "connection lost": as this answer has come, our connection is there. The
      // server has lost another one behind it, which may concern this path only.
      return Failure(
        kind: .failure(code: status.code), reason: reason, advice: "look into the server's log")
    }
  }

  static let changed = Failure(
    kind: .changedWhileReading, reason: "it changed while it was read",
    advice: "read it again when it is at rest")
}
