import Foundation

/// Where the secrets of a new contract go, and how the contract refers to them.
struct SecretKeeper {
  /// Whether systemd-creds encrypts them for this machine; otherwise they are files of their owner.
  let isEncrypted: Bool
  private let folder: String
  /// What stands before a name in the contract.
  private let prefix: String

  private static let credentialStore = "/etc/credstore.encrypted"
  private static let tool = "systemd-creds"

  /// - Parameters:
  ///   - folder: nil: `secrets` beside the folder of contracts, or systemd's own store.
  ///   - contracts: the folder of the contract that refers to the secrets.
  init(isEncrypted: Bool, folder: String?, contracts: String) {
    self.isEncrypted = isEncrypted
    let contracts = URL(filePath: contracts).path
    let parent = contracts.folder
    self.folder = folder ?? (isEncrypted ? Self.credentialStore : "\(parent)/secrets")
    // The two move together; but `..` of a link is the folder above its target.
    let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: contracts)) != nil
    prefix = folder == nil && !isLink ? "../secrets" : URL(filePath: self.folder).path
  }

  static var isToolInstalled: Bool { InstalledTools.has(tool) }

  func reference(to name: String) -> SecretReference.Source {
    isEncrypted ? .credential(name) : .file("\(prefix)/\(name)")
  }

  func path(of name: String) -> String { "\(folder)/\(name)" }

  /// The line of a unit that hands the credential on.
  func unitLine(of name: String) -> String {
    "LoadCredentialEncrypted=\(name)" + (folder == Self.credentialStore ? "" : ":\(prefix)/\(name)")
  }

  func keep(_ secret: String, as name: String, _ files: inout NewFiles) throws {
    try files.makeFolder(folder)
    let path = path(of: name)
    try files.write(isEncrypted ? "" : secret + "\n", to: path, mode: 0o600)
    guard isEncrypted else { return }
    let status = Self.encrypt(secret, name: name, to: path)
    chmod(path, 0o600)
    var written = stat()
    guard status == 0, stat(path, &written) == 0, written.st_size > 0, NewFiles.sync(path) else {
      throw ConfigurationError([
        ConfigurationProblem(
          file: path, place: nil,
          sentence: "\(Self.tool) could not encrypt the secret (status \(status)); it comes with "
            + "systemd 250. Without --systemd-creds the secret goes to a file")
      ])
    }
  }

  /// Runs systemd's tool, which writes its errors to standard error.
  private static func encrypt(_ secret: String, name: String, to path: String) -> Int32 {
    // This is a thread of the pool, and those block all signals; Ctrl-C is to end the child as well.
    var (none, former) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &former)
    defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
    // The tool may end without reading the secret.
    let handler = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, handler) }
    let file = "'" + path.replacing("'", with: "'\\''") + "'"
    guard let input = popen("exec \(tool) encrypt --name=\(name) - \(file)", "we") else {
      return errno
    }
    fputs(secret, input)
    let status = pclose(input)
    UninterruptedWork.childWasEnded(by: status & 0x7f)
    // As the shell has it: the code, or the signal that ended it.
    return status & 0x7f == 0 ? status >> 8 : 128 + (status & 0x7f)
  }
}
