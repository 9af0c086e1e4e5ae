import Foundation
import SSH

/// Where a secret is found; the configuration never holds one itself.
struct SecretReference: Sendable, Hashable {
  enum Source: Sendable, Hashable {
    /// A file that only its owner can read.
    case file(String)
    /// A file of systemd's `$CREDENTIALS_DIRECTORY`.
    case credential(String)
    case environment(String)
  }

  var source: Source
  /// For messages.
  var key: String
  var file: String
  var place: ConfigurationProblem.Place?

  /// The secret, without the one line end, LF or CRLF, that an editor leaves at its end.
  func resolve() throws(ConfigurationError) -> String {
    switch source {
    case .environment(let name):
      guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
        throw problem("the environment variable \(name) is not set")
      }
      return value
    case .file, .credential:
      let path = try filePath()
      var bytes: [UInt8]
      do throws(SmallFile.ReadError) {
        bytes = try SmallFile.read(path, limit: 65_536)
      } catch {
        throw problem("\(path) \(error)")
      }
      // By bytes, for CRLF is one Character.
      if bytes.last == UInt8(ascii: "\n") {
        bytes.removeLast()
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
      }
      guard let secret = String(validating: bytes, as: UTF8.self) else {
        throw problem("\(path) is not UTF-8")
      }
      guard !secret.isEmpty else { throw problem("\(path) is empty") }
      return secret
    }
  }

  /// What a check says of a credential that systemd hands on to units alone, where nothing says which folder stands
  /// for it; nil: it can be looked at.
  var unseenSentence: String? {
    guard case .credential(let name) = source,
      ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] == nil
    else { return nil }
    return
      "note: \(key): systemd hands the credential \(name) on to the unit, so it was not looked at; "
      + "set CREDENTIALS_DIRECTORY to a folder that has it to look at it, too"
  }

  /// The file that the reference names, checked that nobody else may read it; a secret in the environment
  /// has none.
  func filePath() throws(ConfigurationError) -> String {
    let path: String
    switch source {
    case .file(let name): path = name
    case .credential(let name):
      guard let folder = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] else {
        throw problem(
          "the credential \(name) needs systemd: start colisd from a unit with LoadCredential= or "
            + "LoadCredentialEncrypted=, or set CREDENTIALS_DIRECTORY to a folder that has it")
      }
      path = "\(folder)/\(name)"
    case .environment(let name):
      throw problem("the environment variable \(name) is no file")
    }
    var status = stat()
    let code = stat(path, &status) == 0 ? 0 : errno
    guard code == 0 else { throw problem("\(path) cannot be read: \(systemMessage(code))") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw problem("\(path) is not a file") }
    if status.st_mode & othersRights != 0 {
      throw problem("\(path) can be read by others than its owner: run chmod 600 \(path)")
    }
    return path
  }

  /// The permissions that only the owner may have. systemd gives a service its credentials by an
  /// access list, and then what the service may, which is to read, shows as the group's.
  private var othersRights: mode_t {
    if case .credential = source { 0o037 } else { 0o077 }
  }

  /// What is wrong with the secret.
  func problem(_ sentence: String) -> ConfigurationError {
    ConfigurationError([
      ConfigurationProblem(file: file, place: place, sentence: "\(key): \(sentence)")
    ])
  }
}

extension YAMLSection {
  /// A reference to a secret: `{ file: … }`, `{ credential: … }` or `{ env: … }`.
  func secret(_ key: String, relativeTo folder: String) -> SecretReference? {
    guard has(key) else { return nil }
    guard let section = sectionOrNothing(key) else {
      fail(key, Self.plainSecret)
      return nil
    }
    return section.secretItself(relativeTo: folder)
  }

  /// One reference to a secret, or a list of them.
  /// - Parameter most: at least two.
  func secrets(_ key: String, atMost most: Int, relativeTo folder: String) -> [SecretReference] {
    guard isList(key) else { return [secret(key, relativeTo: folder)].compactMap { $0 } }
    let sections = sections(key, otherwise: Self.plainSecret) ?? []
    if sections.isEmpty, !isRefused(key) { fail(key, "is empty: name a secret") }
    if sections.count > most {
      fail(
        key, at: sections[most].place,
        "has \(sections.count) secrets, and \(most) are the most: the new one, and the old one until nobody needs it"
      )
    }
    return sections.compactMap { $0.secretItself(relativeTo: folder) }
  }

  private static let plainSecret =
    "must not hold the secret itself: write { file: … }, { credential: … } or { env: … }"

  /// The section as a reference.
  private func secretItself(relativeTo folder: String) -> SecretReference? {
    let sources: [SecretReference.Source] = [
      text("file").map { .file($0.path(relativeTo: folder)) },
      text("credential").map { .credential($0) },
      text("env").map { .environment($0) },
    ].compactMap { $0 }
    refuseOtherKeys()
    func fail(_ sentence: String) { problems.add("\(name) \(sentence)", of: name, at: place) }
    guard sources.count == 1 else {
      if sources.isEmpty, !keys.isEmpty {
        // What stands there instead was named by itself.
        problems.isRefusedAlready(name)
      } else {
        fail("needs exactly one of file, credential and env")
      }
      return nil
    }
    if case .credential(let credential) = sources[0],
      credential.contains("/") || credential.hasPrefix(".")
    {
      fail("names a credential, not a path: \"\(credential)\"")
      return nil
    }
    return SecretReference(source: sources[0], key: name, file: problems.file, place: place)
  }
}

extension String {
  /// A path as a file names it: relative to the folder of that file.
  func path(relativeTo folder: String) -> String {
    hasPrefix("/") || folder.isEmpty ? self : "\(folder)/\(self)"
  }

  /// The folder of a path.
  var folder: String {
    guard let slash = lastIndex(of: "/") else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }
}
