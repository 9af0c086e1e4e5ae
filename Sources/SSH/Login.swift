import CLibSSH2
import Glibc

extension SSHSession {
  /// Logs in with what the server accepts: the key, the password, or the password as answer to a prompt. A server
  /// may ask for several of them one after another.
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
    // Look for our own mistakes first, before the server is asked.
    let proofs = try proofs(credentials)
    guard let first = try methods() else { return }
    var course = LoginCourse(endpoint: session.endpoint, operation: operation, wanted: first)
    var left = proofs
    while let index = left.firstIndex(where: { course.wanted.contains($0.method) }) {
      let proof = left.remove(at: index)
      var isAnswered = false
      do throws(SSHError) {
        if try show(proof) { return }
        isAnswered = true
        // The server may have taken it as one of several steps. libssh2 does not tell; what the
        // server asks for now does.
        guard let wanted = try methods() else { return }
        course.record(proof, wanted: wanted)
      } catch {
        // A server that has had enough hangs up, on what is shown or on the question after it.
        let farewell = session.transport.farewell
        guard error.kind == .disconnected, isAnswered || farewell?.isOfLogin == true else {
          throw error
        }
        course.refused.append(proof)
        throw course.refusal(of: proofs, farewell)
      }
    }
    throw course.refusal(of: proofs, nil)
  }

  /// The proofs that we have, in the order in which they are tried.
  private func proofs(_ credentials: SSHCredentials) throws(SSHError) -> [LoginProof] {
    var proofs: [LoginProof] = []
    if let path = credentials.privateKeyPath {
      let key = try readKey(path, credentials.passphrase)
      proofs.append(.key(key, path: path, passphrase: credentials.passphrase))
    }
    if let password = credentials.password {
      proofs += [.password(password), .answer(password)]
    }
    return proofs
  }

  private func show(_ proof: LoginProof) throws(SSHError) -> Bool {
    switch proof {
    case .key(let key, let path, let passphrase): try logIn(key, path, passphrase)
    case .password(let password): try logIn(password: password)
    case .answer(let password): try logIn(answering: password)
    }
  }

  /// The methods that the server takes now; nil when nothing more is needed.
  private func methods() throws(SSHError) -> [String]? {
    var list: UnsafeMutablePointer<CChar>?
    let code = try drive { session in
      list = libssh2_userauth_list(session, user, userLength)
      guard list == nil, libssh2_userauth_authenticated(session) == 0 else { return 0 }
      return libssh2_session_last_errno(session)
    }
    guard code == 0 else { throw failure(code) }
    return list.map { String(cString: $0).split(separator: ",").map(String.init) }
  }

  private func readKey(_ path: String, _ passphrase: String?) throws(SSHError) -> PrivateKeyFile {
    do throws(SmallFile.ReadError) {
      let key = try PrivateKeyFile(path: path)
      guard key.isEncrypted, passphrase == nil else { return key }
    } catch {
      if let code = error.lack { throw .outOfResources(operation, session.endpoint, code) }
      throw localKey(
        "the private key \(path) \(error)",
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
