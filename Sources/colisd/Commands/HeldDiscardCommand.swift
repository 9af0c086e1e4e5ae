import ArgumentParser
import Carrier
import Contract
import Glibc
import Logging
import ParcelStore
import TrackingFile
import Views

/// `colisd held discard`: throws rows away that were held.
struct HeldDiscardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discard",
    abstract: "Throw held rows of an account ID away; asks first on a terminal.")

  @OptionGroup var options: ConfigurationOptions

  @Option(
    name: .customLong("account-id"), help: "The account ID whose rows are thrown away.",
    completion: KnownWords.accountIDs)
  var accountID: String

  @Option(help: "Only rows of this account (category) under the account ID.")
  var account: String?

  @Flag(name: .long, help: "Do not ask. Needed where there is no terminal.")
  var yes = false

  func run() async throws {
    let configuration = try options.read()
    let store = try await configuration.openStore(for: .maintaining)
    let asked = currentTime()
    let meant = try await store.held().filter {
      $0.account.accountID == accountID && (account == nil || $0.account.account == account)
    }
    let rows = meant.reduce(0) { $0 + $1.rows }
    guard rows > 0 else {
      throw NotFound(heldRowsOf: accountID)
    }
    if !yes { try confirm(meant, rows) }
    // Rows that a daemon holds while the user decides were not shown, so they stay.
    let discarded = try await store.discardHeld(
      HeldSelection(accountID: accountID, account: account, before: yes ? nil : asked + 1))
    configuration.logger().notice(
      "row.held",
      metadata: ["account_id": "\(accountID)", "rows": "\(discarded)", "reason": "discarded"])
    StandardOutput.writeLine(
      "discarded \(countedRows(discarded)) of account ID \(singleLine(accountID))")
  }

  /// Shows what will be thrown away, and asks for the account ID.
  private func confirm(_ meant: [HeldSummary], _ rows: Int) throws {
    guard isatty(STDIN_FILENO) == 1 else {
      throw ValidationError(
        "there is no terminal to ask on: add --yes to discard \(countedRows(rows)) for good")
    }
    for entry in meant {
      StandardError.writeLine(
        "\(countedRows(entry.rows)) of account \(entry.account) (\(entry.reason.rawValue)), the oldest of "
          + WallClock.utc(seconds: entry.oldest))
    }
    StandardError.writeLine(
      "They will be gone for good. Type the account ID \(accountID) to go on:")
    guard (try? Terminal().line()) == accountID else {
      StandardError.writeLine("nothing was discarded")
      throw ExitCode.validationFailure
    }
  }
}
