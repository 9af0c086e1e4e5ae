/// The steps of a login so far, for the error message if it fails.
struct LoginCourse {
  let endpoint: SSHEndpoint
  let operation: String
  /// The methods that the server takes now.
  private(set) var wanted: [String]
  /// The steps after which the server asked for something else.
  private var accepted: [LoginProof] = []
  var refused: [LoginProof] = []

  init(endpoint: SSHEndpoint, operation: String, wanted: [String]) {
    self.endpoint = endpoint
    self.operation = operation
    self.wanted = wanted
  }

  /// Adds a step that did not log us in, with the methods that the server takes after it.
  mutating func record(_ proof: LoginProof, wanted: [String]) {
    // After a successful step the server no longer offers its method, and may offer others.
    if wanted != self.wanted, !wanted.isEmpty, !wanted.contains(proof.method) {
      accepted.append(proof)
    } else {
      refused.append(proof)
    }
    self.wanted = wanted
  }

  func refusal(of given: [LoginProof], _ farewell: Farewell?) -> SSHError {
    let hasRSA = refused.contains {
      if case .key(let key, _, _) = $0 { key.keyType == "ssh-rsa" } else { false }
    }
    if hasRSA, !LibSSH2.signsRSAWithSHA2 {
      return error(
        "the server refused the RSA key, for which libssh2 \(LibSSH2.version) has only "
          + "SHA-1 signatures, which today's servers do not take",
        "use an Ed25519 or ECDSA key (ssh-keygen -t ed25519), or libssh2 1.11 or newer (Debian 13)")
    }
    let takes = wanted.isEmpty ? "nothing more" : wanted.joined(separator: " or ")
    let steps = accepted.isEmpty ? "" : " after \(Self.names(accepted))"
    if refused.isEmpty {
      return error(
        accepted.isEmpty
          ? "nothing that was given could be tried, as the server takes \(takes)"
          : "the server asks for \(takes)\(steps)", advice(given))
    }
    var reason = "the server refused \(Self.names(refused))\(steps)"
    reason += farewell.map { " and \($0.sentence)" } ?? "; it takes \(takes)"
    return error(
      reason,
      "check the user name and what is on file for it at the server"
        + (missing(given).isEmpty ? "" : ", or \(advice(given))"))
  }

  /// Keys of the configuration that have no value and that the server would accept.
  private func missing(_ given: [LoginProof]) -> [String] {
    let had = Set(given.map(\.method))
    var keys: [String] = []
    if wanted.contains("publickey"), !had.contains("publickey") {
      keys.append("source.private-key")
    }
    if wanted.contains("password") || wanted.contains("keyboard-interactive"),
      !had.contains("password")
    {
      keys.append("source.password")
    }
    return keys
  }

  private func advice(_ given: [LoginProof]) -> String {
    let keys = missing(given)
    return keys.isEmpty
      ? "have the server take a private key or a password" : "set \(keys.joined(separator: " or "))"
  }

  private static func names(_ proofs: [LoginProof]) -> String {
    proofs.map(\.name).joined(separator: " and ")
  }

  private func error(_ reason: String, _ advice: String) -> SSHError {
    SSHError(.loginRefused, operation, endpoint, reason: reason, advice: advice)
  }
}
