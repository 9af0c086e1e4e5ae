import ArgumentParser
import ParcelStore

/// A file of the ledger that a command is about, and where the ledger is.
struct LedgerFileOptions: ParsableArguments {
  @OptionGroup var options: ConfigurationOptions

  @Argument(help: ArgumentHelp("The file, as colisd files names it.", valueName: "path"))
  var path: String

  /// The path, safe to print.
  var name: String { singleLine(path) }

  /// Opens the store beside whatever runs, and looks the file up.
  func find() async throws -> (
    configuration: Configuration, store: any EventStore, file: LedgerFile
  ) {
    let configuration = try options.read()
    let store = try configuration.openStore(for: .maintaining)
    guard let file = try await store.file(at: path) else {
      throw NotFound(
        description: "the ledger has no file \(name); colisd files lists what it has")
    }
    return (configuration, store, file)
  }
}
