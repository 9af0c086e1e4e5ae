import Ingest
import ParcelStore
import SFTP
import SSH
import Views

/// The steps of `init`, from the first answer to the first contract. It stores no row.
struct SetupRun {
  let folder: SetupFolder
  /// Nil: all answers are given (`--answers`).
  let dialogue: Terminal?
  var answers: SetupAnswers

  /// The time that a server gets to answer.
  private static let patience = Duration.seconds(30)

  func say(_ text: String) { StandardError.writeLine(text) }

  mutating func run() async throws {
    var keepsConfiguration = false
    if let dialogue {
      keepsConfiguration = try askWhetherToKeep(dialogue)
      if !keepsConfiguration { try await ask(dialogue) }
    } else {
      try await takeAnswers()
    }
    if !keepsConfiguration { try writeConfiguration() }
    var look = try await lookAtDrop(keepsConfiguration)
    say("ok     \(singleLine(look.sentence))")
    if try !keepsConfiguration && includeOthers(look) {
      look = try await lookAtDrop(keepsConfiguration)
      say("ok     \(singleLine(look.sentence))")
    }
    if let beginning = look.beginning {
      if !keepsConfiguration { try await chooseLayout(for: beginning) }
      try await showRows(of: beginning)
    } else {
      say("There is no tracking file yet whose rows could be shown.")
    }
    if let dialogue { try offerContract(dialogue) }
    conclude()
  }

  /// Where no file's name is as `include` says, the names that are there are offered.
  /// - Returns: whether there are other files now.
  private mutating func includeOthers(_ look: DropLook) throws -> Bool {
    let others = FileEndings.patterns(of: look.unmatched)
    guard look.files == 0, !others.isEmpty else { return false }
    let patterns =
      (answers.include.isEmpty ? Configuration.Source.defaultInclude : answers.include) + others
    let list = others.joined(separator: ", ")
    guard let dialogue else {
      say("To read \(list) too, add the answer include: \(yamlList(patterns))")
      return false
    }
    guard try dialogue.confirm("Are \(list) tracking files?", suggestion: true) else {
      return false
    }
    answers.include = patterns
    try folder.save(answers)
    try writeConfiguration()
    return true
  }

  // MARK: Answers

  /// A configuration that somebody has edited is never overwritten unasked.
  /// - Returns: whether it stays, so that only what follows is done.
  private mutating func askWhetherToKeep(_ terminal: Terminal) throws -> Bool {
    guard let found = foreignConfiguration else { return false }
    terminal.say(
      "\(singleLine(folder.configuration)) is there already, and was not left as init wrote it.")
    if found.isPlaceholder { terminal.say("It is the sample that comes with colisd.") }
    let isReadable = (try? Configuration.read(folder.configuration)) != nil && !found.isPlaceholder
    if isReadable, try terminal.confirm("Keep it, and go on with trying it out?", suggestion: true)
    {
      return true
    }
    guard
      try terminal.confirm("Set it aside, and write a new one?", suggestion: found.isPlaceholder)
    else {
      say("nothing was changed")
      throw ExitStatus.configuration
    }
    return false
  }

  /// What stands at the configuration's place and is not as `init` wrote it.
  private var foreignConfiguration: (isPlaceholder: Bool, text: String)? {
    guard folder.exists(folder.configuration) else { return nil }
    guard case .success(let file) = EditedFile.read(folder.configuration, atMost: 1 << 20) else {
      return (false, "")
    }
    let text = String(decoding: file.bytes, as: UTF8.self)
    if SetupConfiguration.isUnedited(text) { return nil }
    let read = try? ConfigurationReading(folder.configuration).configuration
    return (read?.sources.first?.isPlaceholder == true, text)
  }

  private mutating func ask(_ terminal: Terminal) async throws {
    var dialogue = SetupDialogue(terminal: terminal, folder: folder, answers: answers)
    try dialogue.askServer()
    let look = try await DropSteps.hostKeys(of: endpoint(dialogue.answers), within: Self.patience)
    guard try dialogue.askHostKeys(look) else {
      say(
        "No key was trusted and nothing was sent. Ask the carrier for the fingerprint, and begin again."
      )
      throw ExitStatus.hostKeyRefused
    }
    try dialogue.askLogin()
    try dialogue.askDirectory()
    answers = dialogue.answers
  }

  /// Checks what `--answers` gave, as far as the server and this machine can tell.
  private mutating func takeAnswers() async throws {
    if let found = foreignConfiguration, !found.isPlaceholder,
      found.text != SetupConfiguration(answers: answers, folder: folder).text
    {
      throw ConfigurationError([
        ConfigurationProblem(
          file: folder.configuration, place: nil,
          sentence:
            "is there already and is not as init wrote it, so it is not overwritten: remove it, or "
            + "go on with colisd check --connect")
      ])
    }
    let look = try await DropSteps.hostKeys(of: endpoint(answers), within: Self.patience)
    say(HostKeyList(look, trusted: answers.hostKeys).text)
    let policy = try HostKeyPolicy(pins: answers.hostKeys)
    guard look.keys.contains(where: policy.trusts) else {
      throw SSHError(
        .hostKeyRefused, "trust", endpoint(answers),
        reason: "it shows none of the keys of host-keys",
        advice: "compare them with what the carrier sent; no credential was sent")
    }
    try folder.make()
    if let key = answers.privateKey, !folder.exists(key) {
      guard answers.makesKey else {
        throw ConfigurationError([
          ConfigurationProblem(
            file: key, place: nil,
            sentence: "the private key is not there: make it, or answer make-key: true")
        ])
      }
      do throws(KeyMaker.Failure) {
        try KeyMaker.make(key)
      } catch {
        say("colisd: \(error)")
        throw ExitStatus.configuration
      }
      if let line = KeyMaker.publicHalf(of: key) {
        say("The carrier has to enter this public key for your account:\n\n\(line)\n")
      }
    }
    try folder.save(answers)
  }

  private func endpoint(_ answers: SetupAnswers) -> SSHEndpoint {
    SSHEndpoint(
      host: answers.host ?? "", port: answers.port ?? 22, username: answers.username ?? "")
  }

  func writeConfiguration() throws {
    let text = SetupConfiguration(answers: answers, folder: folder).text
    try folder.make()
    if let foreign = foreignConfiguration, foreign.text != text {
      let name = try folder.setAside(folder.configuration)
      say("what was in \(singleLine(folder.configuration)) is now \(singleLine(name))")
    }
    try folder.replace(folder.configuration, by: text, mode: 0o644)
    // Read again as everything else reads it, to be sure that the file says what was meant.
    _ = try Configuration.read(folder.configuration)
    say("wrote  \(singleLine(folder.configuration))")
  }

  // MARK: The server

  /// Logs in and lists. On a terminal, what was refused may be answered anew.
  private mutating func lookAtDrop(_ keepsConfiguration: Bool) async throws -> DropLook {
    while true {
      do {
        let steps = DropSteps(source: try drop())
        return try await withStopSignals { try await steps.look(readingBeginning: true) }
      } catch let error as SSHError where error.kind == .loginRefused {
        guard let terminal = dialogue, !keepsConfiguration, answers.password != nil else {
          if answers.privateKey != nil {
            say("If the carrier has not entered the public key yet, begin again once it has.")
          }
          throw error
        }
        say("error  \(singleLine("\(error)"))")
        guard try terminal.confirm("Give the password again?", suggestion: true) else {
          throw ExitStatus.refused
        }
        answers.password = .file(folder.password)
        try SetupDialogue(terminal: terminal, folder: folder, answers: answers).askNewPassword()
        try folder.save(answers)
        try writeConfiguration()
      } catch let error as SFTPError where [.noSuchFile, .permissionDenied].contains(error.kind) {
        guard let terminal = dialogue, !keepsConfiguration else { throw error }
        say("error  \(singleLine("\(error)"))")
        guard try terminal.confirm("Name another folder?", suggestion: true) else {
          throw ExitStatus.refused
        }
        var dialogue = SetupDialogue(terminal: terminal, folder: folder, answers: answers)
        try dialogue.askDirectory()
        answers = dialogue.answers
        try writeConfiguration()
      }
    }
  }

  /// The drop, with secrets from their files: outside of a unit there are no credentials.
  private func drop() throws -> DropSource {
    let configuration = try Configuration.read(folder.configuration)
    var source = configuration.sources[0]
    if folder.hasUnits {
      if let path = answers.privateKey, folder.isHandedOn(path) {
        source.privateKey?.source = .file(path)
      }
      if case .file(let path)? = answers.passphrase { source.passphrase?.source = .file(path) }
      if case .file(let path)? = answers.password { source.password?.source = .file(path) }
    }
    return try DropSource(source, of: configuration)
  }
}
