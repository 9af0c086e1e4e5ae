import CLibSSH2
import Glibc

extension SSHSession {
  /// Connects to a server and checks its host key, with several connections if need be.
  ///
  /// A server may have several host keys, and shows one of them per connection. If that one is not trusted,
  /// the next connection offers only the algorithms of key types that were not seen yet. This goes on until
  /// a key is trusted or the server has no other. Before that nothing but the key exchange is sent.
  ///
  /// - Returns: a session with a trusted host key, on which nobody has logged in.
  /// - Throws: `SSHError` with `hostKeyRefused` that names all keys which were shown; also if the connection
  ///   fails or the two sides have no algorithm in common.
  static func verified(
    _ access: SSHAccess, until deadline: ContinuousClock.Instant, interrupt: Interrupt,
    progress: @escaping @Sendable () -> Void
  ) throws(SSHError) -> SSHSession {
    let endpoint = access.endpoint
    let hostKeys = try access.hostKeys.current(for: endpoint)
    var algorithms = hostKeys.algorithms(host: endpoint.host, port: endpoint.port)
    var seen: [HostKey] = []
    var lastReason = ""
    var offer: KeyExchangeOffer?
    while !algorithms.isEmpty {
      let session = try SSHSession(
        endpoint, until: deadline, interrupt: interrupt, progress: progress)
      let ours = AlgorithmOffer(
        hostKeys: algorithms, allowsLegacy: access.allowsLegacyAlgorithms,
        known: { session.handle.algorithms(of: $0) })
      let agreed = try session.exchangeKeys(
        offering: ours, until: deadline, interrupt: interrupt)
      offer = KeyExchangeOffer(session.transport.takeOpening()) ?? offer
      guard agreed else {
        session.transport.close()
        if seen.isEmpty { throw noAgreement(endpoint, ours, offer) }
        break
      }
      guard let key = session.hostKey() else {
        session.transport.close()
        throw SSHError(
          .protocolFailure, "verify the host key of", endpoint, reason: "the server showed no key",
          advice: "check that this is an SSH server")
      }
      let verdict = hostKeys.verdict(host: endpoint.host, port: endpoint.port, key: key)
      progress()
      switch verdict {
      case .trusted: return session
      case .revoked(let why):
        session.transport.close()
        throw SSHError(
          .hostKeyRefused, "trust", endpoint,
          reason: "its \(key.algorithm) key \(key.fingerprint) is refused, as \(why)",
          advice: "do not connect before the server's administrator has explained it")
      case .refused(let why):
        session.transport.close()
        lastReason = why
        seen.append(key)
        let used = HostKeyPolicy.algorithms(forKeyType: key.algorithm)
        // If the server shows a key of a type that was not offered, stop: otherwise this loop never ends.
        let left = algorithms.filter { !used.contains($0) }
        algorithms = left.count < algorithms.count ? left : []
      }
    }
    throw refusal(endpoint, seen, lastReason, offer)
  }

  /// The key that the server has shown in the key exchange; nil if there is none.
  func hostKey() -> HostKey? {
    var length = 0
    var type: Int32 = 0
    guard let bytes = libssh2_session_hostkey(handle.pointer, &length, &type) else { return nil }
    return HostKey(blob: Array(UnsafeRawBufferPointer(start: bytes, count: length)))
  }

  /// The error that names every key that was shown.
  private static func refusal(
    _ endpoint: SSHEndpoint, _ seen: [HostKey], _ reason: String, _ offer: KeyExchangeOffer?
  ) -> SSHError {
    var keys = seen.map { "\($0.algorithm) \($0.fingerprint)" }.joined(separator: ", ")
    let sawRSA = seen.contains { $0.algorithm == "ssh-rsa" }
    let hasRSA = offer?.hostKeyAlgorithms.contains { $0.hasPrefix("rsa-sha2-") } ?? false
    if hasRSA, !sawRSA, !LibSSH2.signsRSAWithSHA2 {
      keys += ", and an RSA key that libssh2 \(LibSSH2.version) cannot check"
    }
    let advice =
      reason.contains("known_hosts has another key")
      ? "if the server's administrator confirms the new key, replace the old entry by it; "
        + "otherwise somebody may be in between"
      : "compare it with what the server's administrator gives, then pin it or add it to known_hosts"
    return SSHError(
      .hostKeyRefused, "trust", endpoint, reason: "the host showed \(keys), and \(reason)",
      advice: advice)
  }
}
