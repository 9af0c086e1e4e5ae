import ArgumentParser
import ParcelStore
import Views

/// `colisd store check`: whether the store is whole.
struct StoreCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check that the database is whole and that the counts agree with the rows.",
    discussion: """
      Reads the whole store, also while the daemon runs; 74 when something is wrong. With --full it also \
      compares indexes with tables, the journal with the events, and each current status with its timeline.
      """)

  @OptionGroup var options: ConfigurationOptions

  @Flag(
    name: .long, help: "Compare everything that the store has twice; takes several times as long.")
  var full = false

  func run() async throws {
    let store = try await options.openForReading()
    let bar = ProgressBar()
    let check: StoreCheck
    do {
      defer { bar?.finish() }
      check = try await store.check(full ? .full : .quick) { done, all in
        bar?.show(done, of: all, "parcels")
      }
    }
    for line in check.damage {
      StandardOutput.writeLine("error  the database: \(singleLine(line))")
    }
    for count in check.counts {
      StandardOutput.writeLine(
        "error  \(singleLine(count.name)): \(count.kept) are kept in the counts, the rows say \(count.found)"
      )
    }
    for line in check.contradictions { StandardOutput.writeLine("error  \(singleLine(line))") }
    if check.moreContradictions > 0 {
      StandardOutput.writeLine("error  and \(check.moreContradictions) more of these")
    }
    let debt = try await store.erasureDebt()
    if !debt.isNone {
      StandardOutput.writeLine(
        "note   erased data is still in the store's files; a daemon, a drain or colisd erase completes it"
      )
    }
    if let unfinished = try await store.mapInForce()?.unfinished {
      StandardOutput.writeLine("note   \(unfinished)")
    }
    guard check.isGood else {
      StandardError.writeLine("colisd: \(Self.advice(check))")
      throw ExitStatus.localIO
    }
    StandardOutput.writeLine("ok     the store is whole")
  }

  private static func advice(_ check: StoreCheck) -> String {
    guard check.damage.isEmpty else {
      return "the store is damaged: restore a backup, or drain again into a new one"
    }
    return check.contradictions.isEmpty
      ? "only figures of the store are wrong, no event is lost; please report it"
      : "the store contradicts itself: please report it, and restore a backup or drain again into a new one"
  }
}
