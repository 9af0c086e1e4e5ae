import Contract
import Foundation

/// Reads the folder of contracts.
struct ContractFolder {
  let set: ContractSet
  /// What makes single contracts incomplete; their rows are held, and the others go on.
  let incomplete: [ConfigurationProblem]
  /// Of these, what makes whole files unreadable.
  let unreadable: [ConfigurationProblem]
  let secrets: [SecretReference]

  /// Reads all `*.yaml` and `*.yml` files.
  /// - Throws: what concerns more than one contract: an unknown plan, a pair or an id claimed twice,
  ///   a folder that can't be read.
  static func read(_ directory: String) throws(ConfigurationError) -> ContractFolder {
    let files = try files(in: directory)
    // In the order of `ContractSet`, whose conflicts count in it.
    let usable = files.filter { $0.contract != nil }
      .sorted { ($0.contract?.id ?? "") < ($1.contract?.id ?? "") }
    let unreadable = files.filter { $0.contract == nil }
    let set = ContractSet(usable.compactMap(\.contract), hasUnreadable: !unreadable.isEmpty)

    var fatal: [ConfigurationProblem] = []
    for conflict in set.conflicts {
      let file = usable[conflict.second.index]
      fatal.append(
        ConfigurationProblem(
          file: file.path, place: file.place(of: conflict.second.path),
          sentence: conflict.message))
    }
    for file in usable {
      for problem in file.contract?.problems ?? [] where problem.isFatal {
        fatal.append(
          ConfigurationProblem(
            file: file.path, place: file.place(of: problem.path), sentence: problem.message))
      }
    }
    if !fatal.isEmpty {
      // With all that is wrong besides; a file's own fault is in both lists.
      throw ConfigurationError(Array(Set(fatal + files.flatMap(\.problems))))
    }
    return ContractFolder(
      set: set, incomplete: files.flatMap(\.problems),
      unreadable: unreadable.flatMap(\.problems), secrets: files.flatMap(\.secrets))
  }

  /// Reads each `*.yaml` and `*.yml` file by itself, in the order of their names.
  /// - Throws: when the folder can't be read.
  static func files(in directory: String) throws(ConfigurationError) -> [ContractFile] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
    } catch {
      throw ConfigurationError([
        ConfigurationProblem(
          file: directory, place: nil,
          sentence: "the folder of contracts cannot be read; make it, or set contracts.directory")
      ])
    }
    return names.filter {
      !$0.hasPrefix(".") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml"))
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
