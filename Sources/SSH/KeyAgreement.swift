import CLibSSH2
import Glibc

extension SSHSession {
  /// - Returns: false if the two sides have no algorithm in common.
  func exchangeKeys(
    offering ours: AlgorithmOffer, until deadline: ContinuousClock.Instant, interrupt: Interrupt
  ) throws(SSHError) -> Bool {
    let operation = "exchange keys with"
    for list in AlgorithmList.allCases {
      // Only what the library knows: to strike out the rest it copies within its own string, with a
      // function that is not made for that (1.10).
      let names = ours[list].filter {
        !AlgorithmOffer.isExtension($0) || !LibSSH2.addsExtensionNames
      }
      guard !names.isEmpty else { return false }
      for method in list.methods {
        let code = libssh2_session_method_pref(
          handle.pointer, method, names.joined(separator: ","))
        guard code == 0 else {
          throw failure(code, operation, advice: "check that libssh2 is installed as a whole")
        }
      }
    }
    let socket = descriptor
    let code: Int32
    do throws(SSHError) {
      code = try drive(operation, until: deadline, interrupt: interrupt) {
        libssh2_session_handshake($0, socket)
      }
    } catch {
      throw error.kind == .timedOut ? noGreeting(operation, error) ?? error : error
    }
    switch code {
    case 0: return true
    case LIBSSH2_ERROR_KEX_FAILURE: return false
    default:
      throw noGreeting(operation)
        ?? failure(code, operation, advice: "check that host and port are those of an SSH server")
    }
  }

  /// The error if the server has sent something, but no greeting; nil otherwise.
  /// - Parameter late: the error of the deadline, if that has passed.
  private func noGreeting(_ operation: String, _ late: SSHError? = nil) -> SSHError? {
    guard let search = transport.greetingSearch, search.byteCount > 0 else { return nil }
    let said = "it sent \(search.byteCount) bytes and did not greet as an SSH server does"
    return SSHError(
      late?.kind ?? .protocolFailure, operation, endpoint,
      reason: late.map { "\($0.reason); \(said)" } ?? said, advice: "check host and port")
  }

  /// The error that names the lists without a common algorithm, and what each side has.
  static func noAgreement(
    _ endpoint: SSHEndpoint, _ ours: AlgorithmOffer, _ offer: KeyExchangeOffer?
  ) -> SSHError {
    func error(_ reason: String, _ advice: String) -> SSHError {
      SSHError(
        .protocolFailure, "exchange keys with", endpoint, reason: reason, advice: advice)
    }
    let gaps = offer.map { AlgorithmGap.all(between: ours, and: $0) } ?? []
    guard let first = gaps.first else {
      return error(
        "there is no algorithm both sides know",
        "compare the server's algorithms with those of libssh2 \(LibSSH2.version)")
    }
    if first.list == .hostKey, offer?.hasOnlyRSAHostKeys == true, !LibSSH2.signsRSAWithSHA2 {
      return error(
        "the server has only an RSA host key, and libssh2 \(LibSSH2.version) knows no "
          + "RSA signature that it gives (\(AlgorithmGap.shown(first.theirs)))",
        "have an Ed25519 or ECDSA host key added to the server, or use libssh2 1.11 or "
          + "newer here (Debian 13)")
    }
    return error(
      gaps.map(\.sentence).joined(separator: "; "),
      gaps.map { $0.advice(LibSSH2.signsRSAWithSHA2) }.joined(separator: "; "))
  }
}

/// A list in which the two sides have no common algorithm.
package struct AlgorithmGap: Equatable {
  package let list: AlgorithmList
  package let ours: [String]
  package let theirs: [String]
  /// Algorithms of the server that we don't offer, as they are weak.
  package let weak: [String]

  /// In the order in which they would be agreed on.
  package static func all(
    between ours: AlgorithmOffer, and offer: KeyExchangeOffer
  ) -> [AlgorithmGap] {
    var gaps: [AlgorithmGap] = []
    func look(_ list: AlgorithmList, _ lists: [[String]]) {
      let mine = ours[list].filter { !AlgorithmOffer.isExtension($0) }
      for theirs in lists where !theirs.contains(where: mine.contains) {
        gaps.append(
          AlgorithmGap(
            list: list, ours: mine,
            theirs: theirs.filter { !AlgorithmOffer.isExtension($0) },
            weak: theirs.filter { ours.leavesOut(list, $0) }))
        return
      }
    }
    look(.keyExchange, [offer.keyExchanges])
    look(.hostKey, [offer.hostKeyAlgorithms])
    look(.cipher, offer.ciphers)
    // Of the ciphers that authenticate as well, libssh2 needs no MAC for AES-GCM only (1.11).
    let macs = zip(offer.ciphers, offer.macs).filter { ciphers, _ in
      ours[.cipher].first(where: ciphers.contains)?.contains("-gcm@") != true
    }
    look(.mac, macs.map(\.1))
    return gaps
  }

  var sentence: String {
    "the two sides have no \(list.name) in common: the server has \(Self.shown(theirs)), and "
      + "colisd with libssh2 \(LibSSH2.version) offers \(Self.shown(ours))"
  }

  /// - Parameter isRecent: whether the library is 1.11 or newer.
  package func advice(_ isRecent: Bool) -> String {
    let allow = "have the server allow \(list.example)"
    if let name = weak.first {
      return "\(allow), or, as \(name) is weak but known, set source.legacy-algorithms: true"
    }
    if !isRecent, let name = theirs.first(where: list.newInLibSSH2111.contains) {
      return "\(allow), or use libssh2 1.11 or newer here (Debian 13), which knows \(name)"
    }
    return allow
  }

  /// So many that the log stays readable, whatever a server sends.
  package static func shown(_ names: [String]) -> String {
    let most = 16
    if names.isEmpty { return "none" }
    let more = names.count > most ? " and \(names.count - most) more" : ""
    return names.prefix(most).joined(separator: ", ") + more
  }
}
