import ArgumentParser
import ParcelStore
import Views

/// Which source a command is about, where there are several.
struct SourceOption: ParsableArguments {
  @Option(
    name: .customLong("source"),
    help: ArgumentHelp("Only of this source, as the configuration names it.", valueName: "name"))
  var name: String?

  /// The files of the source, or all of them where none is named.
  func narrow(_ files: [LedgerFile], _ store: any StoreReader) async throws -> [LedgerFile] {
    guard let name else { return files }
    let known = try await store.sources().map(\.name).filter { !$0.isEmpty }
    guard known.contains(name) else {
      throw NotFound(
        description: "no source \(singleLine(name)) was ever polled; there are "
          + singleLine(known.joined(separator: ", ")))
    }
    return files.filter { $0.source == name }
  }
}
