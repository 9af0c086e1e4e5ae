import ArgumentParser
import Contract
import ParcelStore
import TrackingFile

/// `colisd held`: rows that may not come in yet.
struct HeldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "held", abstract: "List the rows that are held, by account and reason.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let store = try options.openForReading()
    let held = try await store.held()
    output.print(.array(held.map(\.json))) {
      var table = Table(["account", "account ID", "reason", "rows", "oldest"], numbers: [3])
      for entry in held {
        table.add([
          entry.account.account, entry.account.accountID, entry.reason.rawValue, "\(entry.rows)",
          WallClock.utc(seconds: entry.oldest),
        ])
      }
      return held.isEmpty ? "nothing is held\n" : table.text
    }
  }
}
