import ArgumentParser
import ParcelStore

/// `colisd files retry`: has a file read again.
struct FilesRetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Have a file read again at the next poll, by the layout of then.",
    discussion: """
      The file must still lie in the drop. What it brought before comes as repeats. May be given while \
      the daemon runs.
      """)

  @OptionGroup var options: ConfigurationOptions

  @Argument(help: ArgumentHelp("The file, as colisd files names it.", valueName: "path"))
  var path: String

  func run() async throws {
    let configuration = try options.read()
    let store = try configuration.openStore(for: .maintaining)
    guard let file = try await store.file(at: path) else { throw NotFound(file: path) }
    switch file.postAction {
    case .delete(isDone: true):
      throw NotFound(
        description: "\(singleLine(path)) was deleted on the server after it was read; "
          + "colisd ingest reads a copy")
    case .move(let target, isDone: true):
      throw NotFound(
        description: "\(singleLine(path)) was moved on the server after it was read, to "
          + "\(singleLine(target)); move it back, and it is read again")
    case .leave, .delete, .move: break
    }
    let name = singleLine(path)
    StandardOutput.writeLine(
      try await store.readAgain(file.id)
        ? "\(name) is read again at the next poll" : "\(name) waits to be read already")
  }
}

extension NotFound {
  init(file path: String) {
    self.init(
      description: "the ledger has no file \(singleLine(path)); colisd files lists what it has")
  }
}
