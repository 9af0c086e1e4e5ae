import Foundation

/// Where `init` reads and writes: the configuration and what belongs to it.
struct SetupFolder: Sendable {
  /// Absolute.
  let configuration: String

  /// As the units name them.
  static let keyName = "id_ed25519"
  static let passphraseName = "key-passphrase"
  static let passwordName = "source-password"

  init(configuration path: String) { configuration = URL(filePath: path).standardizedFileURL.path }

  var path: String { configuration.folder }
  /// What was answered so far.
  var answers: String { configuration + ".answers" }
  var key: String { "\(path)/\(Self.keyName)" }
  var passphrase: String { "\(path)/secrets/key.passphrase" }
  var password: String { "\(path)/secrets/source.password" }
  var layout: String { "\(path)/layout.yaml" }
  var contracts: String { "\(path)/contracts.d" }

  /// Whether the units of systemd read this configuration, as a user who can't read root's files.
  var hasUnits: Bool {
    configuration == Configuration.defaultPath && Configuration.isUnitInstalled
  }

  /// Whether the units hand a key on as a credential.
  func isHandedOn(_ path: String) -> Bool { hasUnits && path == key }

  /// The store's path as the configuration has it.
  var storePath: String {
    configuration == Configuration.defaultPath ? "/var/lib/colisd/colisd.db" : "colisd.db"
  }

  /// A path below the folder without the folder's own.
  func relative(_ other: String) -> String {
    other.hasPrefix(path + "/") ? String(other.dropFirst(path.count + 1)) : other
  }

  // MARK: Writing

  func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Makes the folder and that of the contracts.
  func make() throws(NewFiles.Failure) {
    for folder in [path, contracts] where !exists(folder) {
      guard mkdir(folder, 0o755) == 0 else { throw NewFiles.Failure(path: folder, code: errno) }
    }
  }

  /// Writes a file as a whole, in place of one that is there.
  func replace(_ path: String, by text: String, mode: mode_t) throws(NewFiles.Failure) {
    let hidden =
      "\(path.folder)/.init.\(String(UInt32.random(in: 0 ... .max), radix: 16))"
    var files = NewFiles()
    do throws(NewFiles.Failure) {
      try files.write(text, to: hidden, mode: mode)
    } catch {
      files.takeBack()
      throw error
    }
    guard rename(hidden, path) == 0 else {
      let code = errno
      files.takeBack()
      throw NewFiles.Failure(path: path, code: code)
    }
    _ = NewFiles.sync(path.folder)
  }

  func save(_ answers: SetupAnswers) throws(NewFiles.Failure) {
    try make()
    try replace(self.answers, by: SetupAnswersFile.text(answers), mode: 0o600)
  }

  /// Keeps a secret in a file that only its owner can read.
  func keep(_ secret: String, at path: String) throws(NewFiles.Failure) {
    var files = NewFiles()
    try files.makeFolder(path.folder)
    try replace(path, by: secret + "\n", mode: 0o600)
  }

  /// Gives a file another name, so that a new one can take its place.
  /// - Returns: the other name.
  func setAside(_ path: String) throws(NewFiles.Failure) -> String {
    var name = path + ".before"
    var number = 1
    while exists(name) {
      number += 1
      name = "\(path).before-\(number)"
    }
    guard rename(path, name) == 0 else { throw NewFiles.Failure(path: path, code: errno) }
    return name
  }
}
