import ArgumentParser
import ParcelStore
import Views

/// `colisd files retry`: has a file read again.
struct FilesRetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Have a file read again at the next poll, by the layout of then.",
    discussion: """
      The file must still lie in the drop. What it brought before comes as repeats. May be given while \
      the daemon runs.
      """)

  @OptionGroup var chosen: LedgerFileOptions

  func run() async throws {
    let (_, store, file) = try await chosen.find()
    let name = chosen.name
    switch file.postAction {
    case .delete(isDone: true):
      throw NotFound(
        "\(name) was deleted on the server after it was read; "
          + "colisd ingest reads a copy, such as colisd files raw gives back with retention.raw")
    case .move(let target, isDone: true):
      throw NotFound(
        "\(name) was moved on the server after it was read, to "
          + "\(singleLine(target)); move it back, and it is read again")
    case .leave, .delete, .move: break
    }
    if let goneAt = file.goneAt {
      throw NotFound(
        "\(name) is gone from the drop since \(TextForm.time(goneAt)); it is read when "
          + "it comes back, and colisd ingest reads a copy")
    }
    StandardOutput.writeLine(
      try await store.readAgain(file.id)
        ? "\(name) is read again at the next poll" : "\(name) waits to be read already")
  }
}
