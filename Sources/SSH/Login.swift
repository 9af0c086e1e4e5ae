import CLibSSH2
import Glibc

extension SSHSession {
  /// Proves who we are by what the server takes: the key, the password, or the password as answer
  /// to a prompt. A server that wants several of them one after another gets them so.
  func logIn(
    _ credentials: SSHCredentials, until deadline: ContinuousClock.Instant, interrupt: Interrupt
  ) throws(SSHError) {
    let login = Login(
      session: self, operation: "log in as \(endpoint.username) at", deadline: deadline,
      interrupt: interrupt)
    try login.run(credentials)
  }
}

/// The steps of one login.
private struct Login {
  let session: SSHSession
  let operation: String
  let deadline: ContinuousClock.Instant
  let interrupt: Interrupt

  private var user: String { session.endpoint.username }
  private var userLength: UInt32 { UInt32(user.utf8.count) }

  func run(_ credentials: SSHCredentials) throws(SSHError) {
    var refused: [String] = []
    var keyType: String?
    // Our own mistakes first: they cost the server nothing.
    let key: PrivateKeyFile? = try credentials.privateKeyPath.map { path throws(SSHError) in
      try readKey(path, credentials.passphrase)
    }
    guard var methods = try methods() else { return }
    let offered = methods
    if let key, let path = credentials.privateKeyPath, methods.contains("publickey") {
      if try logIn(key, path, credentials.passphrase) { return }
      refused.append("the private key \(path)")
      keyType = key.keyType
      // The key may have been the first of two steps; then the server asks for the other one now.
      if credentials.password != nil {
        guard let now = try self.methods() else { return }
        methods = now
      }
    }
    if let password = credentials.password {
      if methods.contains("password") {
        if try logIn(password: password) { return }
        refused.append("the password")
      }
      if methods.contains("keyboard-interactive") {
        if try logIn(answering: password) { return }
        refused.append("the password as answer to a prompt")
      }
    }
    throw refusal(refused, keyType, offered)
  }

  /// The methods that the server takes now; nil when nothing more is needed.
  private func methods() throws(SSHError) -> [Substring]? {
    var list: UnsafeMutablePointer<CChar>?
    let code = try drive { session in
      list = libssh2_userauth_list(session, user, userLength)
      guard list == nil, libssh2_userauth_authenticated(session) == 0 else { return 0 }
      return libssh2_session_last_errno(session)
    }
    guard code == 0 else { throw failure(code) }
    return list.map { String(cString: $0).split(separator: ",") }
  }

  private func readKey(_ path: String, _ passphrase: String?) throws(SSHError) -> PrivateKeyFile {
    do throws(PrivateKeyFile.ReadError) {
      let key = try PrivateKeyFile(path: path)
      guard key.isEncrypted, passphrase == nil else { return key }
    } catch {
      throw localKey(
        "the private key \(path) cannot be read: \(systemMessage(error.code))",
        "check its path and that this user may read it")
    }
    throw localKey(
      "the private key \(path) is encrypted and no passphrase was given", "give its passphrase")
  }

  private func logIn(
    _ key: PrivateKeyFile, _ path: String, _ passphrase: String?
  ) throws(SSHError) -> Bool {
    let code = try drive {
      libssh2_userauth_publickey_fromfile_ex($0, user, userLength, nil, path, passphrase)
    }
    switch code {
    case LIBSSH2_ERROR_FILE, LIBSSH2_ERROR_KEYFILE_AUTH_FAILED, LIBSSH2_ERROR_METHOD_NOT_SUPPORTED:
      if key.isEncrypted {
        throw localKey(
          "the private key \(path) cannot be opened with the passphrase given",
          "check the passphrase")
      }
      throw localKey(
        "the file \(path) holds no private key that libssh2 \(LibSSH2.version) can use",
        "make one by ssh-keygen -t ed25519")
    default: return try isAccepted(code)
    }
  }

  private func logIn(password: String) throws(SSHError) -> Bool {
    let code = try drive {
      libssh2_userauth_password_ex(
        $0, user, userLength, password, UInt32(password.utf8.count), nil)
    }
    if code == LIBSSH2_ERROR_PASSWORD_EXPIRED {
      throw SSHError(
        .loginRefused, operation, session.endpoint, reason: "the password has expired",
        advice: "have a new one set on the server")
    }
    return try isAccepted(code)
  }

  private func logIn(answering password: String) throws(SSHError) -> Bool {
    session.transport.password = password
    defer { session.transport.password = nil }
    let code = try drive {
      libssh2_userauth_keyboard_interactive_ex($0, user, userLength) {
        _, _, _, _, count, prompts, responses, abstract in
        guard let prompts, let responses,
          let password = SessionHandle.transport(abstract)?.password
        else { return }
        // What is typed unseen is the password; questions with an echo have no answer here.
        for index in 0..<Int(count) where prompts[index].echo == 0 {
          responses[index].text = strdup(password)  // the library frees it
          responses[index].length = UInt32(password.utf8.count)
        }
      }
    }
    return try isAccepted(code)
  }

  private func isAccepted(_ code: Int32) throws(SSHError) -> Bool {
    switch code {
    case 0: return true
    case LIBSSH2_ERROR_AUTHENTICATION_FAILED, LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED:
      guard session.transport.failure == nil else { throw failure(code) }
      return false
    default: throw failure(code)
    }
  }

  private func refusal(
    _ refused: [String], _ keyType: String?, _ offered: [Substring]
  ) -> SSHError {
    if keyType == "ssh-rsa", !LibSSH2.signsRSAWithSHA2 {
      return SSHError(
        .loginRefused, operation, session.endpoint,
        reason: "the server refused the RSA key, for which libssh2 \(LibSSH2.version) has only "
          + "SHA-1 signatures, which today's servers do not take",
        advice: "use an Ed25519 or ECDSA key (ssh-keygen -t ed25519), or libssh2 1.11 or newer")
    }
    let wants = "the server takes \(offered.joined(separator: ", "))"
    if refused.isEmpty {
      return SSHError(
        .loginRefused, operation, session.endpoint,
        reason: "nothing that was given could be tried, as \(wants)",
        advice: "give a private key or a password, whichever it takes")
    }
    return SSHError(
      .loginRefused, operation, session.endpoint,
      reason: "the server refused \(refused.joined(separator: " and "))",
      advice: "check the user name and what is on file for it at the server")
  }

  private func localKey(_ reason: String, _ advice: String) -> SSHError {
    SSHError(.localKey, operation, session.endpoint, reason: reason, advice: advice)
  }

  private func failure(_ code: Int32) -> SSHError {
    session.failure(
      code, operation, advice: "look into the server's log for why it ended the login")
  }

  private func drive(_ call: (OpaquePointer) -> Int32) throws(SSHError) -> Int32 {
    try session.drive(operation, until: deadline, interrupt: interrupt, call)
  }
}
