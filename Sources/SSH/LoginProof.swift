/// Something with which we log in: a key or a password.
enum LoginProof {
  case key(PrivateKeyFile, path: String, passphrase: String?)
  case password(String)
  /// The password again, for a server that asks for it by a prompt.
  case answer(String)

  /// Its name in the protocol.
  var method: String {
    switch self {
    case .key: "publickey"
    case .password: "password"
    case .answer: "keyboard-interactive"
    }
  }

  /// Its name in error messages.
  var name: String {
    switch self {
    case .key(_, let path, _): "the private key \(path)"
    case .password: "the password"
    case .answer: "the password as answer to a prompt"
    }
  }
}
