import ArgumentParser
import ParcelStore
import Views

struct FilesListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the ledger of files (the default).")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only in this state: settling, ingesting, ingested, failed, held or dismissed.",
      valueName: "state"))
  var state: String?

  @OptionGroup var source: SourceOption

  func validate() throws {
    if let state, FileState(rawValue: state) == nil {
      let states = FileState.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\"\(state)\" is no state; there are \(states)")
    }
  }

  func run() async throws {
    let store = try options.openForReading()
    let files = try await store.files(state: state.flatMap { FileState(rawValue: $0) })
    let list = LedgerList(try await source.narrow(files, store))
    output.print(list.json) { list.text }
  }
}
