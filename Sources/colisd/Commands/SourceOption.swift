import ArgumentParser
import Carrier
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
    try await expectKnown(store)
    return name.map { name in files.filter { $0.source == name } } ?? files
  }

  /// A source that was never there is a slip.
  func expectKnown(_ store: any SourceReader) async throws {
    guard let name else { return }
    let known = try await store.sources().map(\.name).filter { !$0.isEmpty }
    guard !known.contains(name) else { return }
    guard !known.isEmpty else {
      throw NotFound("no source \(singleLine(name)) was ever polled, nor any other")
    }
    let hint = name.nearest(among: known).map { "did you mean \($0)? There are " } ?? "there are "
    throw NotFound(
      "no source \(singleLine(name)) was ever polled; "
        + singleLine(hint + known.joined(separator: ", ")))
  }
}
