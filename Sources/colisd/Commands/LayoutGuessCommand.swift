import ArgumentParser
import LayoutGuess
import Views

/// `colisd layout guess`: a layout draft from real files.
struct LayoutGuessCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guess",
    abstract: "Guess a layout from tracking files.",
    discussion: """
      The layout goes to standard output, and what is not certain about it to standard error, with ten rows \
      as it reads them and every line that it can't read:

        colisd layout guess TRK_*.csv > layout.yaml

      Several files of the same kind tell more than one: what differs between them is pointed out. No \
      configuration is needed, and nothing is stored.
      """)

  @Argument(
    help: ArgumentHelp(
      "Tracking files, plain, gzip or ZIP; - is standard input.", valueName: "file"),
    completion: .file())
  var files: [String]

  func validate() throws {
    if files.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("standard input can be read only once: give - one time")
    }
  }

  func run() async throws {
    let paths = files
    do {
      try await withStopSignals {
        var samples: [SampleFile] = []
        for path in paths { samples.append(try await SampleFile(path)) }
        let draft = try LayoutDraft(of: samples.flatMap(\.samples))
        let yaml = draft.layoutText
        StandardOutput.write(yaml)
        for doubt in draft.doubts { StandardError.writeLine("doubt: \(singleLine(doubt))") }
        try await show(samples, yaml)
      }
    } catch let failure as GuessFailure {
      StandardError.writeLine("colisd: \(singleLine("\(failure)"))")
      throw ExitStatus.incomplete
    }
  }

  /// Reads the files by the text that was printed, so that what is shown is what it does.
  private func show(_ samples: [SampleFile], _ yaml: String) async throws {
    do {
      let layout = try LayoutFile.read(text: yaml, name: "the guessed layout")
      var isFirst = true
      for file in samples {
        for (path, reading) in try await DraftReading.all(of: file.path, file.input, by: layout) {
          StandardError.writeLine((isFirst ? "" : "\n") + reading.text(path).dropLast())
          isFirst = false
        }
      }
    } catch let error as ConfigurationError {
      StandardError.writeLine(
        "the layout is not complete, so it can't be tried:\n\(error)")
    }
  }
}
