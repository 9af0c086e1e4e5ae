import ArgumentParser
import ParcelStore
import Views

/// `colisd backup FILE`: a consistent copy of a store that is in use.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Write a consistent copy of the store, also while the daemon runs.",
    discussion: """
      The copy is checked before it gets its name; what a killed backup has left is overwritten by the next one. \
      The copy has a store_id of its own: followers that noted STORE_ID:SEQ are told so when the copy has \
      become the store.
      """)

  @OptionGroup var options: ConfigurationOptions

  @Argument(
    help: ArgumentHelp("Where the copy is written; nothing may be there.", valueName: "file"),
    completion: .file())
  var file: String

  func run() async throws {
    let store = try await options.openForReading()
    let bar = ProgressBar()
    do {
      defer { bar?.finish() }
      try await store.copy(to: file) { done, all in
        bar?.show(done / 1_000_000, of: all / 1_000_000, "MB")
      }
    }
    StandardOutput.writeLine("the store is copied to \(singleLine(file))")
  }
}
