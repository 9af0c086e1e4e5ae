import ArgumentParser
import ParcelStore
import TrackingFile

/// `colisd rejects`: lines that could not be read.
struct RejectsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rejects", abstract: "List the lines that could not be read.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Option(name: .long, help: ArgumentHelp("Only of this file.", valueName: "name"))
  var file: String?

  @Option(name: .long, help: ArgumentHelp("At most so many.", valueName: "count"))
  var limit = 100_000

  func run() async throws {
    let store = try options.openForReading()
    let rejects = try await store.rejects(file: file, limit: limit)
    if rejects.isEmpty, let file {
      let isKnown = try await store.files(state: nil).contains {
        $0.path == file || $0.path.hasSuffix("/\(file)")
      }
      guard isKnown else { throw NotFound(description: "no file \(singleLine(file)) is known") }
    }
    output.print(.array(rejects.map(\.json))) {
      var table = Table(["file", "line", "reason", "raw"], numbers: [1])
      for reject in rejects {
        table.add([reject.file, "\(reject.line)", reject.reason.rawValue, reject.rawText])
      }
      return rejects.isEmpty ? "no rejected lines\n" : table.text
    }
  }
}
