import Foundation
import SSH
import Synchronization
import TestSupport

/// Connects and logs in on a thread of its own, as the call blocks; gives what `body` makes of the
/// session.
func connect<R: Sendable>(
  to endpoint: SSHEndpoint, hostKeys: HostKeyPolicy, credentials: SSHCredentials,
  allowsLegacyAlgorithms: Bool = false, timeout: Duration = .seconds(20),
  interrupt: Interrupt = Interrupt(),
  _ body: @escaping @Sendable (SSHSession) throws(SSHError) -> R
) async throws -> R {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread {
      continuation.resume(
        with: Result {
          let session = try SSHSession.connect(
            to: SSHAccess(
              endpoint: endpoint, hostKeys: hostKeys, credentials: credentials,
              allowsLegacyAlgorithms: allowsLegacyAlgorithms), until: .now + timeout,
            interrupt: interrupt)
          defer { session.disconnect() }
          return try body(session)
        })
    }
  }
}

extension OpenSSHServer {
  var endpoint: SSHEndpoint { SSHEndpoint(host: host, port: port, username: username) }

  /// Nil when the login worked, else why it did not.
  func loginError(
    hostKeys: HostKeyPolicy, credentials: SSHCredentials
  ) async throws -> SSHError? {
    do {
      try await SSHTests.connect(to: endpoint, hostKeys: hostKeys, credentials: credentials) {
        _ throws(SSHError) in
      }
      return nil
    } catch let error as SSHError {
      return error
    }
  }

  /// With its own key and the pins given.
  func loginError(pins: [String], knownHosts: String? = nil) async throws -> SSHError? {
    try await loginError(
      hostKeys: HostKeyPolicy(pins: pins, knownHosts: knownHosts.map { KnownHosts(text: $0) }),
      credentials: SSHCredentials(privateKeyPath: userKey()))
  }

  /// Lines that sshd writes as soon as anybody tries to log in.
  var sawLogin: Bool { log.contains("userauth-request") }

  /// Whether a client is gone. To sshd it has closed, or reset where it left anything unread.
  var sawLeaving: Bool {
    log.contains("Connection closed by") || log.contains("Connection reset by")
  }
}
