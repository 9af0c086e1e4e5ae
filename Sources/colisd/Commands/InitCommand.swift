import ArgumentParser
import Foundation
import Views

/// `colisd init`: asks what is needed, tries it out, and writes the configuration.
struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Ask what is needed, try it out, and write colisd.yaml.",
    discussion: """
      It asks for host, user, key or password, and folder; shows the host keys for comparison with what \
      the carrier sent; writes the configuration, and secrets to files of their own; logs in, lists, and \
      shows the first rows. It stores no row and trusts no key unasked. It may be left at any point: \
      begun again, it offers what was answered.

      Without a terminal, --answers takes the same answers from a file: host, port, username, host-keys, \
      private-key, make-key, passphrase and password ({ file: … }, { env: … } or { credential: … }), directory, include, \
      layout (guess, colisprive or a file).
      """)

  @OptionGroup var options: ConfigurationOptions

  @Option(
    name: .long,
    help: ArgumentHelp("Take the answers from this file, and ask nothing.", valueName: "file"),
    completion: .file())
  var answers: String?

  func run() async throws {
    let folder = SetupFolder(configuration: options.path)
    do {
      try await setUp(folder)
    } catch let error as Terminal.Failure {
      // What that error says of other commands is not true here.
      let reason =
        switch error {
        case .ended: "standard input ended before all was answered"
        case .notText: "an answer is not UTF-8"
        case .tooLong: "an answer is too long"
        }
      throw ValidationError(
        "\(reason); what was answered is kept in \(singleLine(folder.answers)), and init goes on with it"
      )
    } catch let error as NewFiles.Failure {
      StandardError.writeLine("colisd: \(singleLine("\(error)"))")
      throw error.status
    }
  }

  private func setUp(_ folder: SetupFolder) async throws {
    if let answers {
      // Absolute, as its paths go into a file of another folder.
      let file = URL(filePath: answers).standardizedFileURL.path
      let given = try SetupAnswersFile.read(file, isWhole: true)
      var run = SetupRun(folder: folder, dialogue: nil, answers: given)
      return try await run.run()
    }
    guard Terminal.isThere else {
      throw ValidationError(
        "standard input is no terminal to ask questions on: give the answers with --answers FILE")
    }
    var run = SetupRun(folder: folder, dialogue: Terminal(), answers: try known(folder))
    try await run.run()
  }

  /// What was answered before, or what the configuration says.
  private func known(_ folder: SetupFolder) throws -> SetupAnswers {
    if folder.exists(folder.answers) {
      return try SetupAnswersFile.read(folder.answers, isWhole: false)
    }
    guard folder.exists(folder.configuration),
      let reading = try? ConfigurationReading(folder.configuration)
    else { return SetupAnswers() }
    return SetupAnswers(reading.configuration)
  }
}
