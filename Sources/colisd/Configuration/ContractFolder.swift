import Contract
import Foundation

/// Reads the folder of contracts.
struct ContractFolder: Sendable {
  let set: ContractSet
  /// Everything that is wrong; it holds the rows of its own contracts, and the others go on.
  let incomplete: [ConfigurationProblem]
  /// Of these, what makes whole files unreadable, and what contracts claim of each other.
  let unreadable: [ConfigurationProblem]
  /// What looks odd, and is no mistake.
  let notes: [ConfigurationProblem]
  /// What stands in the folder and is not taken for a contract; it is among `notes`.
  let notTaken: [ConfigurationProblem]
  let secrets: [SecretReference]

  /// Reads all `*.yaml` and `*.yml` files. Whatever is wrong with one of them stops no other one.
  /// - Throws: when the folder can't be read.
  static func read(_ directory: String) throws(ConfigurationError) -> ContractFolder {
    let (names, others) = try names(in: directory)
    let files = read(names, in: directory)
    // In the order of `ContractSet`, whose conflicts count in it.
    let usable = files.filter { $0.contract != nil }
      .sorted { ($0.contract?.id ?? "") < ($1.contract?.id ?? "") }
    let unreadable = files.filter { $0.contract == nil }
    let set = ContractSet(usable.compactMap(\.contract), hasUnreadable: !unreadable.isEmpty)
    let conflicts = set.conflicts.map { conflict in
      let (first, second) = (usable[conflict.first.index], usable[conflict.second.index])
      let sentence =
        conflict.kind == .idTakenTwice
        ? "the id \(conflict.second.contract) is also that of \(first.path): give one of them another id"
        : conflict.message
      return ConfigurationProblem(
        file: second.path, place: second.place(of: conflict.second.path), sentence: sentence)
    }
    let secrets = files.flatMap(\.secrets)
    let notTaken = notTaken(others, in: directory, secrets)
    return ContractFolder(
      set: set, incomplete: files.flatMap(\.problems) + conflicts,
      unreadable: unreadable.flatMap(\.problems) + conflicts,
      notes: files.flatMap(\.notes) + notTaken, notTaken: notTaken, secrets: secrets)
  }

  /// The names of contracts, and of all else.
  /// - Throws: when the folder can't be read.
  private static func names(
    in directory: String
  ) throws(ConfigurationError) -> (contracts: [String], others: [String]) {
    var names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
    } catch {
      // Asked again: Foundation leaves nothing in `errno` that would be its reason.
      let code = access(directory, R_OK | X_OK) == 0 ? ENOTDIR : errno
      throw ConfigurationError([
        ConfigurationProblem(
          file: directory, place: nil,
          sentence: "the folder of contracts cannot be read: \(String(cString: strerror(code))); "
            + (code == EACCES
              ? "run as a user that may read it (sudo), or check its owner and mode"
              : "make it, or set contracts.directory"))
      ])
    }
    names.sort()
    let contracts = names.filter { isContract(Array($0.utf8)) }
    guard contracts.count < names.count else { return (contracts, []) }
    return (contracts, names.filter { !isContract(Array($0.utf8)) })
  }

  /// Whether a name is one of a contract: `*.yaml` or `*.yml` in any letters, and not hidden.
  static func isContract(_ name: [UInt8]) -> Bool {
    guard name.first != UInt8(ascii: ".") else { return false }
    let end = String(decoding: name.suffix(5), as: UTF8.self).lowercased()
    return end == ".yaml" || end.hasSuffix(".yml")
  }

  /// Reads each contract by itself, in the order of their names.
  private static func read(_ names: [String], in directory: String) -> [ContractFile] {
    names.map { name in
      ContractFile(
        path: "\(directory)/\(name)",
        id: name.split(separator: ".", omittingEmptySubsequences: true).dropLast()
          .joined(separator: "."))
    }
  }

  /// So many are named one by one.
  private static let mostNotTaken = 10

  /// Names what is no contract, but may be meant as one. The contracts' own secrets are not.
  private static func notTaken(
    _ names: [String], in directory: String, _ secrets: [SecretReference]
  ) -> [ConfigurationProblem] {
    guard !names.isEmpty else { return [] }
    let known = Set(names)
    let secrets = Set(
      secrets.compactMap { secret -> FileIdentity? in
        guard case .file(let path) = secret.source,
          path.split(separator: "/").last.map({ known.contains(String($0)) }) == true
        else { return nil }
        return FileIdentity(path: path)
      })
    let problems = names.compactMap { name -> ConfigurationProblem? in
      let path = "\(directory)/\(name)"
      let identity = FileIdentity(path: path)
      if let identity, secrets.contains(identity) { return nil }
      let reason =
        if name.hasPrefix(".") {
          "its name begins with a dot"
        } else if identity?.isFolder == true {
          "it is a folder"
        } else if name.hasSuffix("~") {
          "it is an editor's copy"
        } else {
          "its name ends neither in .yaml nor in .yml"
        }
      return ConfigurationProblem(
        file: path, place: nil, sentence: "is not read as a contract: \(reason)")
    }
    guard problems.count > mostNotTaken else { return problems }
    let more = ConfigurationProblem(
      file: directory, place: nil,
      sentence: "\(problems.count - mostNotTaken) further names are not read as contracts either")
    return problems.prefix(mostNotTaken) + [more]
  }
}
