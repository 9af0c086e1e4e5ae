import CLibSSH2
import Glibc

extension SSHSession {
  /// A session whose host has proved to own a trusted key.
  ///
  /// libssh2 lets the server pick one key; the trusted one may be another that the server has as
  /// well. So whenever a key is refused, a new connection offers the algorithms of the keys not
  /// yet seen, until one is trusted or the server has no more. Nothing but the key exchange is
  /// ever sent on a connection whose key is not trusted.
  static func verified(
    _ endpoint: SSHEndpoint, hostKeys: HostKeyPolicy, until deadline: ContinuousClock.Instant,
    interrupt: Interrupt
  ) throws(SSHError) -> SSHSession {
    var algorithms = hostKeys.algorithms(host: endpoint.host, port: endpoint.port)
    var seen: [HostKey] = []
    var reason = ""
    var offer: KeyExchangeOffer?
    while !algorithms.isEmpty {
      let session = try SSHSession(endpoint, until: deadline, interrupt: interrupt)
      let agreed = try session.exchangeKeys(
        offering: algorithms, until: deadline, interrupt: interrupt)
      offer = KeyExchangeOffer(session.transport.takeOpening()) ?? offer
      guard agreed else {
        session.transport.close()
        if seen.isEmpty { throw noAgreement(endpoint, algorithms, offer) }
        break
      }
      guard let key = session.hostKey() else {
        session.transport.close()
        throw SSHError(
          .protocolFailure, "verify the host key of", endpoint, reason: "the server showed no key",
          advice: "check that this is an SSH server")
      }
      switch hostKeys.verdict(host: endpoint.host, port: endpoint.port, key: key) {
      case .trusted: return session
      case .revoked(let why):
        session.transport.close()
        throw SSHError(
          .hostKeyRefused, "trust", endpoint,
          reason: "its \(key.algorithm) key \(key.fingerprint) is refused, as \(why)",
          advice: "do not connect before the server's administrator has explained it")
      case .refused(let why):
        session.transport.close()
        reason = why
        seen.append(key)
        let used = HostKeyPolicy.algorithms(forKeyType: key.algorithm)
        // A key of a type we did not ask for would have us ask for ever.
        let left = algorithms.filter { !used.contains($0) }
        algorithms = left.count < algorithms.count ? left : []
      }
    }
    throw refusal(endpoint, seen, reason, offer)
  }

  /// - Returns: false where the two sides have no algorithm in common.
  private func exchangeKeys(
    offering algorithms: [String], until deadline: ContinuousClock.Instant, interrupt: Interrupt
  ) throws(SSHError) -> Bool {
    let operation = "exchange keys with"
    // Only what the library knows: to strike out the rest it copies within its own string, with a
    // function that is not made for that (1.10).
    let known = algorithms.filter(handle.hostKeyAlgorithms().contains)
    guard !known.isEmpty,
      libssh2_session_method_pref(
        handle.pointer, LIBSSH2_METHOD_HOSTKEY, known.joined(separator: ",")) == 0
    else { return false }
    let socket = descriptor
    let code = try drive(operation, until: deadline, interrupt: interrupt) {
      libssh2_session_handshake($0, socket)
    }
    switch code {
    case 0: return true
    case LIBSSH2_ERROR_KEX_FAILURE: return false
    case LIBSSH2_ERROR_BANNER_RECV, LIBSSH2_ERROR_SOCKET_NONE:
      if transport.failure != nil { fallthrough }
      throw SSHError(
        .protocolFailure, operation, endpoint, reason: "it did not greet as an SSH server does",
        advice: "check host and port")
    default:
      throw failure(code, operation, advice: "check that host and port are those of an SSH server")
    }
  }

  private func hostKey() -> HostKey? {
    var length = 0
    var type: Int32 = 0
    guard let bytes = libssh2_session_hostkey(handle.pointer, &length, &type) else { return nil }
    return HostKey(blob: Array(UnsafeRawBufferPointer(start: bytes, count: length)))
  }

  private static func noAgreement(
    _ endpoint: SSHEndpoint, _ algorithms: [String], _ offer: KeyExchangeOffer?
  ) -> SSHError {
    let operation = "exchange keys with"
    guard let offer else {
      return SSHError(
        .protocolFailure, operation, endpoint, reason: "there is no algorithm both sides know",
        advice: "compare the server's algorithms with those of libssh2 \(LibSSH2.version)")
    }
    if offer.hasOnlyRSAHostKeys, !LibSSH2.signsRSAWithSHA2 {
      return SSHError(
        .protocolFailure, operation, endpoint,
        reason: "the server has only an RSA host key, and libssh2 \(LibSSH2.version) knows no "
          + "RSA signature that it gives (\(offer.hostKeyAlgorithms.joined(separator: ", ")))",
        advice: "have an Ed25519 or ECDSA host key added to the server, or use libssh2 1.11 or "
          + "newer here")
    }
    if !offer.hostKeyAlgorithms.contains(where: { algorithms.contains($0) }) {
      return SSHError(
        .protocolFailure, operation, endpoint,
        reason: "its host key algorithms (\(offer.hostKeyAlgorithms.joined(separator: ", "))) are "
          + "none of ours",
        advice: "have an Ed25519 host key added to the server")
    }
    return SSHError(
      .protocolFailure, operation, endpoint,
      reason: "no key exchange (\(offer.keyExchanges.joined(separator: ", "))) or cipher "
        + "(\(offer.ciphers.joined(separator: ", "))) it offers is known to libssh2 "
        + LibSSH2.version,
      advice: "have the server allow curve25519-sha256 and aes256-ctr")
  }

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
