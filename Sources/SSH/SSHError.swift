import Glibc

/// Why a connection could not be made or did not last, as one sentence for whoever runs the program.
///
/// ```swift
/// do {
///   try await SFTPClient.withConnection(to: access, …) { … }
/// } catch let error as SSHError where error.kind == .hostKeyRefused {
///   print(error)  // cannot trust sftp.example.net:22: its ssh-ed25519 key SHA256:… is not pinned; …
/// }
/// ```
public struct SSHError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// No such host, no route, or nobody listens.
    case unreachable
    /// The deadline passed while waiting for the server.
    case timedOut
    /// The host's key is not one we were told to trust; nothing but the key exchange was sent.
    case hostKeyRefused
    /// The server took none of the credentials.
    case loginRefused
    /// Our own private key or known_hosts: no file, not readable, wrong passphrase.
    case localKey
    /// The two sides could not agree, or the server broke the protocol.
    case protocolFailure
    /// This machine has no more descriptors, threads or memory for us.
    case outOfResources
    /// The server went away.
    case disconnected
    /// We were asked to stop waiting.
    case cancelled
  }

  public let kind: Kind
  /// What was being done, to be read after "cannot" and before the address: `connect to`.
  public let operation: String
  public let host: String
  public let port: UInt16
  /// Why it failed; holds the C library's words where they belong to the failure.
  public let reason: String
  /// What to do about it.
  public let advice: String

  package init(
    _ kind: Kind, _ operation: String, _ endpoint: SSHEndpoint, reason: String, advice: String
  ) {
    self.kind = kind
    self.operation = operation
    self.host = endpoint.host
    self.port = endpoint.port
    self.reason = reason
    self.advice = advice
  }

  public var description: String {
    "cannot \(operation) \(SSHEndpoint.address(host, port)): \(reason); \(advice)"
  }
}

extension SSHError {
  static func cancelled(_ operation: String, _ endpoint: SSHEndpoint) -> SSHError {
    SSHError(.cancelled, operation, endpoint, reason: "cancelled", advice: "start it again")
  }

  static func timedOut(_ operation: String, _ endpoint: SSHEndpoint) -> SSHError {
    SSHError(
      .timedOut, operation, endpoint, reason: "no answer before the deadline",
      advice: "check the network and the server, or raise the timeout")
  }

  /// Whether an `errno` means that descriptors or memory have run out.
  static func isLack(_ code: Int32) -> Bool { [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) }

  /// - Parameter code: an `errno` that stands for what has run out.
  package static func outOfResources(
    _ operation: String, _ endpoint: SSHEndpoint, _ code: Int32
  ) -> SSHError {
    SSHError(
      .outOfResources, operation, endpoint,
      reason: "this machine gives no more: \(systemMessage(code))",
      advice: "raise the limits of colisd (ulimit, LimitNOFILE=, MemoryMax=), or end what uses "
        + "them up")
  }
}
