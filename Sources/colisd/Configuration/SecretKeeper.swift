import Glibc

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
