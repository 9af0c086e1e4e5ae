import ArgumentParser
import Ingest
import ParcelStore
import TrackingFile
import Views

struct HeldListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the held rows by account and reason, and the skipped ones (the default).")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: ListOptions

  func run() async throws {
    let configuration = try options.read()
    let store = try configuration.openStore(for: .reading)
    var list = HeldList(try await store.held())
    list.skipped = SkippedList(try await store.skipped())
    let files = try await store.files(state: .held)
    list.files = files.count
    // Only for hints; `colisd check` reports contracts that can't be read.
    if let rules = try? RulesLoader(configuration: configuration).load().rules {
      list.contracts = rules.contracts
      list.accountsOfFiles = Set(files.compactMap { rules.layout.account(in: $0.path) })
    }
    output.print(list)
  }
}
