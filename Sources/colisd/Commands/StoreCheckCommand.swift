import ArgumentParser
import ParcelStore
import Views

/// `colisd store check`: whether the store is whole.
struct StoreCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check that the database is whole and that the counts agree with the rows.",
    discussion: "Reads the whole store, also while the daemon runs; 74 when something is wrong.")

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    let check = try await options.openForReading().check()
    for line in check.damage {
      StandardOutput.writeLine("error  the database: \(singleLine(line))")
    }
    for count in check.counts {
      StandardOutput.writeLine(
        "error  \(singleLine(count.name)): \(count.kept) are kept in the counts, the rows say \(count.found)"
      )
    }
    guard check.isGood else {
      StandardError.writeLine(
        check.damage.isEmpty
          ? "colisd: only figures of the store are wrong, no event is lost; please report it"
          : "colisd: the store is damaged: restore a backup, or drain again into a new one")
      throw ExitStatus.localIO
    }
    StandardOutput.writeLine("ok     the store is whole")
  }
}
