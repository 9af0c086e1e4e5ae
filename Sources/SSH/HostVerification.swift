import CLibSSH2
import Glibc

extension SSHSession {
  /// Connects until the server has shown a host key that is trusted.
  ///
  /// libssh2 lets the server choose which of its keys it shows, and the trusted one may be another. So
  /// after each key that is refused a new connection offers only the algorithms of the keys that were
  /// not seen yet, until one is trusted or the server has no more. Until a key is trusted nothing but
  /// the key exchange is sent.
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
        // A server that shows a key of a type which was not asked for would be asked again for ever.
        let left = algorithms.filter { !used.contains($0) }
        algorithms = left.count < algorithms.count ? left : []
      }
    }
    throw refusal(endpoint, seen, lastReason, offer)
  }

  private func hostKey() -> HostKey? {
    var length = 0
    var type: Int32 = 0
    guard let bytes = libssh2_session_hostkey(handle.pointer, &length, &type) else { return nil }
    return HostKey(blob: Array(UnsafeRawBufferPointer(start: bytes, count: length)))
  }

  /// The error that names every key which was seen and refused.
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
