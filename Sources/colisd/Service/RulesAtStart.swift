import Logging

/// The rules as they were read when the program started, and what later readings are compared with.
/// Their mistakes have been reported.
struct RulesAtStart {
  let loader: RulesLoader
  let loaded: RulesLoader.Result
  /// The folder of contracts as it was before it was read.
  let folder: FolderSnapshot

  /// - Throws: every fault that makes the rules as a whole unusable.
  init(_ configuration: Configuration, _ logger: Logger) throws {
    loader = RulesLoader(configuration: configuration)
    // Taken before the reading, so that a change during it is seen by the next comparison.
    folder = FolderSnapshot(configuration.contractsDirectory)
    loaded = try configuration.load(logger)
  }
}
