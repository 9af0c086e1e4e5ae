import ArgumentParser
import ParcelStore
import Views

/// A file of the ledger that a command is about, and where the ledger is.
struct LedgerFileOptions: ParsableArguments {
  @OptionGroup var options: ConfigurationOptions

  @Argument(help: ArgumentHelp("The file, as colisd files names it.", valueName: "path"))
  var path: String

  @OptionGroup var source: SourceOption

  /// The path, safe to print.
  var name: String { singleLine(path) }

  /// Opens the store beside whatever runs, and looks the file up.
  /// - Parameter access: `.reading` if nothing is to be written.
  func find(for access: StoreAccess = .maintaining) async throws -> (
    configuration: Configuration, store: any EventStore, file: LedgerFile
  ) {
    let configuration = try options.read()
    let store = try await configuration.openStore(for: access)
    let files = try await source.narrow(store.files(at: path), store)
    // What is only still to be removed somewhere is no file that could be read again.
    let present = files.filter { $0.abandonedPlace == nil }
    guard let file = present.last ?? files.last else {
      throw NotFound(
        "the ledger has no file \(name); colisd files lists what it has")
    }
    if Set(present.map(\.source)).count > 1 {
      let names = present.map { $0.source ?? "this machine" }.joined(separator: ", ")
      throw ValidationError(
        "\(name) is known of several sources: \(singleLine(names)); say which with --source")
    }
    return (configuration, store, file)
  }
}
