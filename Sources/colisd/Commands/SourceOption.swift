import ArgumentParser
import Carrier
import ParcelStore
import Views

/// Which source a command is about, where there are several.
struct SourceOption: ParsableArguments {
  @Option(
    name: .customLong("source"),
    help: ArgumentHelp("Only of this source, as the configuration names it.", valueName: "name"),
    completion: KnownWords.sources)
  var name: String?

  /// The files of the source, or all of them where none is named.
  func narrow(_ files: [LedgerFile], _ store: any StoreReader) async throws -> [LedgerFile] {
    try await expectKnown(store)
    return name.map { name in files.filter { $0.source == name } } ?? files
  }

  /// A source that was never there is a slip.
  func expectKnown(_ store: any SourceReader) async throws {
    if let name { try await SourceNames(store).expect(name) }
  }
}
