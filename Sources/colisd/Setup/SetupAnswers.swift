/// What `init` asks, as far as it is answered. No secret is in it.
struct SetupAnswers: Sendable, Equatable {
  enum LayoutChoice: Sendable, Equatable {
    /// Looked for by the first file.
    case guess
    case builtIn
    /// A path.
    case file(String)
  }

  var host: String?
  var port: UInt16?
  var username: String?
  /// Fingerprints of host keys that somebody has compared.
  var hostKeys: [String] = []
  /// The path of the private key.
  var privateKey: String?
  /// Whether the key is made if it is not there.
  var makesKey = false
  /// Where the passphrase of the private key is.
  var passphrase: SecretReference.Source?
  /// Where the password is.
  var password: SecretReference.Source?
  /// The folder on the server.
  var directory: String?
  /// Patterns of the names of tracking files; empty: the default's.
  var include: [String] = []
  var layout = LayoutChoice.guess
}

extension SetupAnswers {
  /// What a configuration that is there answers.
  init(_ configuration: Configuration) {
    guard let source = configuration.sources.first, !source.isPlaceholder else { return }
    (host, port, username) = (source.host, source.port, source.username)
    hostKeys = source.pins
    if case .file(let path)? = source.privateKey?.source { privateKey = path }
    passphrase = source.passphrase?.source
    password = source.password?.source
    directory = source.directory
    if source.include != Configuration.Source.defaultInclude { include = source.include }
    switch source.layout {
    case .builtIn: layout = .guess
    case .file(let path): layout = .file(path)
    }
  }
}

extension Configuration.Source {
  /// Whether it is the one of the sample, which leads nowhere.
  var isPlaceholder: Bool {
    pins.contains("SHA256:" + String(repeating: "A", count: 43))
  }
}
