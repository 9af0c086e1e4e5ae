import ArgumentParser
import Carrier
import ParcelStore
import Views

struct FilesListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the ledger of files (the default).")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: ListOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only in this state: settling, ingesting, ingested, failed, held, gone or dismissed.",
      valueName: "state"), completion: KnownWords.states)
  var state: String?

  @OptionGroup var source: SourceOption

  func validate() throws {
    if let state, FileState(rawValue: state) == nil {
      let states = FileState.allCases.map(\.rawValue)
      let hint = state.nearest(among: states).map { "did you mean \($0)? " } ?? ""
      throw ValidationError(
        "--state: \"\(singleLine(state))\" is no state; \(hint)There are \(states.joined(separator: ", "))"
      )
    }
  }

  func run() async throws {
    let configuration = try options.read()
    if let daemon = configuration.daemonSocket {
      return try await daemon.show(
        ["files"], [("state", state), ("source", source.name)], .init(output))
    }
    let store = try await configuration.openStore(for: .reading)
    let files = try await store.files(state: state.flatMap { FileState(rawValue: $0) })
    output.print(LedgerList(try await source.narrow(files, store)))
  }
}
