import Foundation

/// Puts the secrets of a new contract where the contract can refer to them, and takes them away again
/// when the contract could not be written.
struct SecretKeeper {
  enum Manner {
    /// Files that only their owner can read.
    case files
    /// Credentials that systemd-creds encrypts for this machine.
    case systemdCredentials
  }

  let manner: Manner
  /// The folder that the secrets go to.
  let folder: String
  private let contracts: String
  private var made: [String] = []
  private var hasMadeFolder = false

  static let credentialStore = "/etc/credstore.encrypted"

  /// - Parameters:
  ///   - folder: nil: `secrets` beside the folder of contracts, or systemd's own store.
  ///   - contracts: the folder of the contract that refers to the secrets.
  init(manner: Manner, folder: String?, contracts: String) {
    self.manner = manner
    self.contracts = contracts
    let usual =
      manner == .files ? "\(contracts.withoutSlashes.folder)/secrets" : Self.credentialStore
    self.folder = folder ?? usual
  }

  /// What the contract says of a secret that is kept under this name.
  func reference(to name: String) -> SecretReference.Source {
    switch manner {
    case .systemdCredentials: .credential(name)
    case .files:
      // By what the paths lead to: `..` of a link is the folder above its target.
      .file(resolved(path(of: name)).path(from: resolved(contracts)))
    }
  }

  func path(of name: String) -> String { "\(folder)/\(name)" }

  /// The line of a unit that hands the credential on.
  func unitLine(of name: String) -> String {
    folder == Self.credentialStore
      ? "LoadCredentialEncrypted=\(name)"
      : "LoadCredentialEncrypted=\(name):\(resolved(path(of: name)))"
  }

  /// - Throws: when a secret could not be kept under this name.
  func expectFree(_ name: String) throws(NewFile.Failure) {
    if NewFile.isTaken(path(of: name)) { throw NewFile.Failure(path(of: name), EEXIST) }
  }

  mutating func keep(_ secret: String, as name: String) throws {
    if mkdir(folder, 0o700) == 0 {
      hasMadeFolder = true
      chmod(folder, 0o700)
    } else if errno != EEXIST {
      throw NewFile.Failure(folder, errno)
    }
    let path = path(of: name)
    switch manner {
    case .files: try NewFile.write(secret + "\n", to: path, mode: 0o600)
    case .systemdCredentials:
      let draft = NewFile.draftPath(of: path)
      defer { unlink(draft) }
      try SystemdCreds.encrypt(secret, name: name, to: draft, for: path)
      try NewFile.publish(draft, as: path)
    }
    made.append(path)
  }

  /// Removes what this keeper has made.
  mutating func takeBack() {
    for path in made.reversed() { unlink(path) }
    if hasMadeFolder { rmdir(folder) }
    made = []
    hasMadeFolder = false
  }
}

/// systemd's tool that encrypts credentials for this machine.
enum SystemdCreds {
  private static let tool = "systemd-creds"

  static var isInstalled: Bool { path != nil }

  private static var path: String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(tool)" }.first { access($0, X_OK) == 0 }
  }

  /// Longer secrets would not fit into a pipe that nobody reads yet.
  static let longestSecret = 4_096

  /// - Parameter target: the path that messages name.
  fileprivate static func encrypt(
    _ secret: String, name: String, to file: String, for target: String
  ) throws(ConfigurationError) {
    func failure(_ sentence: String) -> ConfigurationError {
      ConfigurationError([ConfigurationProblem(file: target, place: nil, sentence: sentence)])
    }
    guard let path else {
      throw failure(
        "\(tool) is not on PATH; it comes with systemd 250. Without --systemd-creds the secret goes to "
          + "a file")
    }
    let (status, words) = run(path, ["encrypt", "--name=\(name)", "-", file], input: secret)
    guard status == 0 else {
      let said = words.split(whereSeparator: \.isNewline).joined(separator: "; ")
      throw failure(
        "\(tool) could not encrypt the secret\(said.isEmpty ? " (status \(status))" : ": \(said)")")
    }
    chmod(file, 0o600)
    guard NewFile.sync(file) else { throw failure("\(tool) has left no file that can be kept") }
  }

  /// Runs a program to its end.
  /// - Returns: how it ended, and what it said.
  private static func run(
    _ program: String, _ arguments: [String], input: String
  ) -> (status: Int32, words: String) {
    let (secret, words) = (Pipe(), Pipe())
    // All of it fits, and the reading end is open here, so this neither waits nor raises SIGPIPE.
    try? secret.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try? secret.fileHandleForWriting.close()

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let said = words.fileHandleForWriting.fileDescriptor
    posix_spawn_file_actions_adddup2(&actions, secret.fileHandleForReading.fileDescriptor, 0)
    for output: Int32 in [1, 2] { posix_spawn_file_actions_adddup2(&actions, said, output) }
    for pipe in [secret.fileHandleForReading, words.fileHandleForReading] {
      posix_spawn_file_actions_addclose(&actions, pipe.fileDescriptor)
    }
    posix_spawn_file_actions_addclose(&actions, said)

    let argv = ([program] + arguments).map { strdup($0) } + [nil]
    let variables = ProcessInfo.processInfo.environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in argv + variables { free(pointer) } }
    // This is a thread of the pool, and those block all signals; Ctrl-C is to end the child as well.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var child = pid_t()
    let code = posix_spawn(&child, program, &actions, &attributes, argv, variables)
    try? words.fileHandleForWriting.close()
    guard code == 0 else { return (-1, String(cString: strerror(code))) }
    let text = (try? words.fileHandleForReading.readToEnd()) ?? nil
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return (status, String(decoding: text ?? Data(), as: UTF8.self))
  }
}

/// The path without links; of what is not there yet, as far as it is there.
private func resolved(_ path: String) -> String {
  if let real = realpath(path, nil) {
    defer { free(real) }
    return String(cString: real)
  }
  let path = path.withoutSlashes
  guard let name = path.split(separator: "/").last, path.contains("/") else {
    return "\(resolved("."))/\(path)"
  }
  let folder = resolved(path.folder)
  return folder == "/" ? "/\(name)" : "\(folder)/\(name)"
}

extension String {
  fileprivate var withoutSlashes: String {
    var text = self
    while text.count > 1, text.hasSuffix("/") { text.removeLast() }
    return text
  }

  /// This absolute path as seen from a folder. It stays absolute unless it lies in that folder or the
  /// one above, for only these move together.
  fileprivate func path(from folder: String) -> String {
    for (base, up) in [(folder, ""), (folder.folder, "../")] where hasPrefix("\(base)/") {
      return up + dropFirst(base.count + 1)
    }
    return self
  }
}
