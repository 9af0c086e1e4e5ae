import Contract
import Foundation

/// Reads the folder of contracts.
struct ContractFolder {
  let set: ContractSet
  /// Everything that is wrong; it holds the rows of its own contracts, and the others go on.
  let incomplete: [ConfigurationProblem]
  /// Of these, what makes whole files unreadable, and what contracts claim of each other.
  let unreadable: [ConfigurationProblem]
  /// What looks odd, and is no mistake.
  let notes: [ConfigurationProblem]
  let secrets: [SecretReference]

  /// Reads all `*.yaml` and `*.yml` files. Whatever is wrong with one of them stops no other one.
  /// - Throws: when the folder can't be read.
  static func read(_ directory: String) throws(ConfigurationError) -> ContractFolder {
    let files = try files(in: directory)
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
    return ContractFolder(
      set: set, incomplete: files.flatMap(\.problems) + conflicts,
      unreadable: unreadable.flatMap(\.problems) + conflicts, notes: files.flatMap(\.notes),
      secrets: files.flatMap(\.secrets))
  }

  /// Reads each `*.yaml` and `*.yml` file by itself, in the order of their names.
  /// - Throws: when the folder can't be read.
  static func files(in directory: String) throws(ConfigurationError) -> [ContractFile] {
    let names: [String]
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
    return names.filter {
      let name = $0.lowercased()
      return !name.hasPrefix(".") && (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
    }
    .sorted()
    .map { name in
      ContractFile(
        path: "\(directory)/\(name)",
        id: name.split(separator: ".", omittingEmptySubsequences: true).dropLast()
          .joined(separator: "."))
    }
  }
}
