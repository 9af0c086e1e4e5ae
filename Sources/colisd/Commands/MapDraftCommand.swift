import ArgumentParser
import Ingest
import ParcelStore
import Status
import TrackingFile
import Views

/// `colisd map draft`: a status map skeleton from the codes and labels of files or of the store.
struct MapDraftCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draft",
    abstract: "Draft a status map from the codes and labels of files, or of the store.",
    discussion: """
      The file goes to standard output, and what has to be decided to standard error:

        colisd map draft TRK_*.csv > status-map.yaml

      Each code has how many rows have it, its labels, and a first guess by the built-in labels. Where that \
      is not certain the status is TODO, which colisd check refuses by line and column.
      """)

  @OptionGroup var options: ConfigurationOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Read the files by this layout (default: the configuration's).", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var layout: String?

  @Argument(
    help: ArgumentHelp("Tracking files; without any: what the store has.", valueName: "file"),
    completion: .file())
  var files: [String] = []

  /// Labels with days in them may be many.
  private static let mostWordings = 100_000

  func validate() throws {
    if layout != nil, files.isEmpty { throw ValidationError("--layout needs a file to read") }
  }

  func run() async throws {
    let (draft, origin, faults) =
      files.isEmpty ? try await fromStore() : try await fromFiles()
    StandardOutput.write(draft.yaml(from: origin))
    for doubt in draft.doubts { StandardError.writeLine(singleLine(doubt)) }
    for fault in faults { StandardError.writeLine(singleLine(fault)) }
    if draft.codes.isEmpty, draft.labels.isEmpty {
      StandardError.writeLine(
        draft.rows == 0
          ? "there are no codes and no labels"
          : "the built-in map knows all labels, and no row has a code")
    }
    if !faults.isEmpty { throw ExitStatus.incomplete }
  }

  private func fromStore() async throws -> (StatusMapDraft, String, [String]) {
    var draft = StatusMapDraft()
    for entry in try await options.openForReading().wordings(limit: Self.mostWordings) {
      draft.add(code: entry.wording.code, label: entry.wording.label, count: entry.events)
    }
    return (draft, "the store's \(draft.rows) events", [])
  }

  /// Rows count whether or not the gate would admit them: a code means the same.
  private func fromFiles() async throws -> (StatusMapDraft, String, [String]) {
    let layout =
      if let layout { try LayoutFile.read(layout) } else { try options.read().layout.read() }
    let files = files
    return try await withStopSignals {
      var draft = StatusMapDraft()
      var faults: [String] = []
      for file in files {
        var rejected = 0
        let bar = ProgressBar()
        defer { bar?.finish() }
        let show: (IngestProgress) -> Void = { bar?.show($0, of: .local) }
        try await LocalFiles.look(at: file, by: layout, onProgress: show) { step in
          switch step {
          case .batch(let batch):
            rejected += batch.malformed.count
            for record in batch.records {
              draft.add(code: batch.text(record.code), label: batch.text(record.label))
            }
          case .ended(let look):
            if let failure = look.failure { faults.append("\(look.path): \(failure)") }
            if rejected > 0 {
              faults.append(
                "\(look.path): \(rejected) rows can't be read; colisd check \(file) shows them")
            }
            rejected = 0
          }
        }
      }
      let names = "\(files.count) \(files.count == 1 ? "file" : "files")"
      return (draft, "\(draft.rows) rows of \(names)", faults)
    }
  }
}
