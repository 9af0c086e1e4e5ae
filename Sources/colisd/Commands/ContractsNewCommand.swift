import ArgumentParser
import Carrier
import Contract
import Foundation
import Views

/// `colisd contracts new`: writes a contract file, by questions or from options.
struct ContractsNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Write a new contract file, by questions or from options.",
    discussion: """
      Without an option of a service it asks for everything on the terminal. Otherwise each service \
      takes words key=value: username, password, account, account-id, for home-fr control-key, for \
      returns destination-code. Of password and control-key the value is file:PATH (relative to the \
      contract's file), credential:NAME or env:NAME, which the contract refers to, or - to be asked \
      for the secret, or to read it from a line of standard input; it then goes to a file of its own.

        colisd contracts new dupont --plan growth \
      --home-fr username=DUPONTWS password=- account=E1 account-id=EM180619
      """)

  @OptionGroup var options: ConfigurationOptions

  @Argument(help: "The contract's id (default: made from the name).")
  var id: String?

  @Option(name: .long, help: "A name for people.")
  var name: String?

  @Option(
    name: .long, help: "The plan on the shipping platform: lite, growth or premium.",
    completion: .list(["lite", "growth", "premium"]))
  var plan: String?

  @Flag(name: .long, help: "The subscription is not active.")
  var inactive = false

  @Option(help: .init("The day on which the advisor was informed.", valueName: "yyyy-MM-dd"))
  var requested: String?

  @Option(help: .init("How long nothing may come (default: 72h).", valueName: "time"))
  var silence: String?

  @Option(
    name: .customLong("home-fr"), parsing: .upToNextOption,
    help: .init("Home delivery in France.", valueName: "key=value"))
  var homeFR: [String] = []

  @Option(
    name: .customLong("home-be"), parsing: .upToNextOption,
    help: .init("Home delivery in Belgium.", valueName: "key=value"))
  var homeBE: [String] = []

  @Option(parsing: .upToNextOption, help: .init("Pick-up points.", valueName: "key=value"))
  var relay: [String] = []

  @Option(parsing: .upToNextOption, help: .init("Returns.", valueName: "key=value"))
  var returns: [String] = []

  @Option(
    help: .init(
      "The folder for new secrets (default: secrets beside the folder of contracts).",
      valueName: "dir"), completion: .directory)
  var secrets: String?

  @Flag(
    name: .customLong("systemd-creds"),
    help: "Keep new secrets as encrypted credentials of systemd.")
  var systemdCreds = false

  @Flag(name: .customLong("dry-run"), help: "Print the file, and write nothing.")
  var dryRun = false

  func run() throws {
    do {
      try create()
    } catch let error as Terminal.Failure {
      throw ValidationError("\(error)")
    } catch let error as NewFiles.Failure {
      StandardError.writeLine("colisd: \(singleLine("\(error)"))")
      throw error.status
    }
  }

  private func create() throws {
    var draft = ContractDraft(
      id: id ?? "", name: name, plan: plan, isActive: !inactive, requested: requested,
      silence: silence)
    var problems: [String] = []
    for (kind, words) in words { problems += draft.take(words, of: kind) }
    let asks = draft.services.isEmpty && problems.isEmpty
    guard !asks || Terminal.isThere else {
      throw ValidationError(
        "standard input is no terminal to ask questions on: give at least one of "
          + ServiceKind.allCases.map { "--\($0.rawValue)" }.joined(separator: ", ")
          + " with key=value, and --plan")
    }
    if !asks, id == nil { draft.id = name.flatMap(ContractDraft.id) ?? "" }
    try expectGood(draft, problems, isWhole: !asks)

    let folder = try options.read().contractsDirectory
    if !dryRun { mkdir(folder, 0o755) }
    let others = try ContractFolder.read(folder).set
    if !draft.id.isEmpty { try expectFree(draft, folder, others) }
    let terminal = Terminal()
    var typed: [FieldPath: String] = [:]
    var isEncrypted = systemdCreds
    if asks {
      var dialogue = ContractDialogue(terminal: terminal, others: others, draft: draft)
      try dialogue.run {
        if let reason = ContractDraft.reasonAgainst(id: $0) { return reason }
        var other = ContractDraft()
        other.id = $0
        do { try expectFree(other, folder, others) } catch { return "\(error)" }
        return nil
      }
      (draft, typed) = (dialogue.draft, dialogue.secrets)
      if !isEncrypted, secrets == nil, !typed.isEmpty, SecretKeeper.isToolInstalled {
        isEncrypted = try terminal.confirm(
          "\nKeep the secrets encrypted by systemd-creds instead of in files?", suggestion: false)
      }
    } else if draft.plan == nil, Terminal.isThere {
      draft.plan = try ContractDialogue.plan(terminal)
    }
    try expectGood(draft, [], isWhole: true)
    try expectFree(draft, folder, others)
    let keeper = SecretKeeper(isEncrypted: isEncrypted, folder: secrets, contracts: folder)
    let names = draft.newSecrets.map { draft.name(of: $0) }
    for name in names { try NewFiles.expectFree(keeper.path(of: name)) }

    let text = draft.yaml(reference: keeper.reference)
    let path = "\(folder)/\(draft.id).yaml"
    if draft.plan == Plan.free.rawValue {
      terminal.say("note: the plan free allows no own contract; rows of this one are held")
    }
    if dryRun { return StandardOutput.write(text) }
    if asks {
      terminal.say("\n\(path) will be:\n\n\(text)")
      guard try terminal.confirm("Write it?", suggestion: true) else {
        return terminal.say("nothing was written")
      }
    } else {
      for secret in draft.newSecrets { typed[secret] = try read(secret, terminal) }
    }
    try write(text, of: draft, to: path, typed, keeper)
    report(path, draft.id, names, keeper)
  }

  /// Writes the contract with its new secrets: all of it, or nothing.
  private func write(
    _ text: String, of draft: ContractDraft, to path: String, _ typed: [FieldPath: String],
    _ keeper: SecretKeeper
  ) throws {
    try UninterruptedWork.run {
      var files = NewFiles()
      do {
        for secret in draft.newSecrets {
          try UninterruptedWork.expectGoingOn()
          try keeper.keep(typed[secret] ?? "", as: draft.name(of: secret), &files)
        }
        // A hidden name, so that a daemon that watches the folder ignores it.
        let hidden =
          "\(path.folder)/.\(draft.id).\(String(UInt32.random(in: 0 ... .max), radix: 16))"
        try files.write(text, to: hidden, mode: 0o644)
        // Read again as everything else reads it, to be sure that the file says what was meant.
        let written = ContractFile(path: hidden, id: "")
        guard written.problems.isEmpty, written.contract?.name == draft.name else {
          throw problem(path, "a value cannot be written so that it is read back as it was given")
        }
        try UninterruptedWork.expectGoingOn()
        try files.publish(hidden, as: path)
      } catch {
        files.takeBack()
        throw error
      }
    }
  }

  // MARK: What was given

  /// The services with their words in the order of the command line, in which secrets come on standard
  /// input.
  private var words: [(ServiceKind, [String])] {
    let given = [
      (ServiceKind.homeFR, homeFR), (.homeBE, homeBE), (.relay, relay), (.returns, returns),
    ]
    func place(_ kind: ServiceKind) -> Int {
      CommandLine.arguments.firstIndex {
        $0 == "--\(kind.rawValue)" || $0.hasPrefix("--\(kind.rawValue)=")
      } ?? 0
    }
    return given.sorted { place($0.0) < place($1.0) }
  }

  private func read(_ secret: FieldPath, _ terminal: Terminal) throws -> String {
    if Terminal.isThere {
      return try terminal.askSecret("\(secret)", reason: ContractDraft.reasonAgainst(secret:))
    }
    let text = try terminal.line()
    if let reason = ContractDraft.reasonAgainst(secret: text) {
      throw ValidationError("\(secret), read from standard input: \(reason)")
    }
    return text
  }

  /// - Parameter isWhole: whether what is missing counts.
  /// - Throws: everything that is wrong with the values, at once.
  private func expectGood(
    _ draft: ContractDraft, _ others: [String], isWhole: Bool
  ) throws(ValidationError) {
    var sentences = others
    if draft.id.isEmpty {
      if isWhole { sentences.append("the id is missing: give it as the first word") }
    } else if let reason = ContractDraft.reasonAgainst(id: draft.id) {
      sentences.append(reason)
    }
    if let reason = draft.name.flatMap({ ContractDraft.reasonAgainst(text: $0) }) {
      sentences.append("the name will not do: \(reason)")
    }
    for problem in draft.contract.problems where problem.path != ["id"] {
      let isPlan = problem.path == ["subscription", "plan"]
      // On a terminal the plan is asked.
      if problem.kind == .missing, !isWhole || isPlan && Terminal.isThere { continue }
      sentences.append(
        isPlan
          ? problem.message.replacing(problem.path.description, with: "--plan") : problem.message)
    }
    guard sentences.isEmpty else {
      throw ValidationError(sentences.map(singleLine).joined(separator: "\n"))
    }
  }

  /// - Throws: when another contract has the id or an account, or something the file's name.
  private func expectFree(_ draft: ContractDraft, _ folder: String, _ others: ContractSet) throws {
    let path = "\(folder)/\(draft.id).yaml"
    if let other = others[draft.id] {
      throw problem(path, "there is a contract \(other.id) already: choose another id")
    }
    let claims = draft.claims(among: others)
    guard claims.isEmpty else {
      throw ConfigurationError(claims.flatMap { problem(path, $0).problems })
    }
    try NewFiles.expectFree(path)
  }

  private func problem(_ file: String, _ sentence: String) -> ConfigurationError {
    ConfigurationError([ConfigurationProblem(file: file, place: nil, sentence: sentence)])
  }

  private func report(_ path: String, _ id: String, _ names: [String], _ keeper: SecretKeeper) {
    StandardOutput.writeLine(singleLine(path))
    if keeper.isEncrypted, !names.isEmpty {
      StandardOutput.writeLine(
        "Only a check inside the unit needs them, tracking does not; its drop-in (systemctl edit "
          + "colisd) would be:\n[Service]\n"
          + names.map { singleLine(keeper.unitLine(of: $0)) }.joined(separator: "\n"))
    }
    let file = options.config.map { " --config \(singleLine($0))" } ?? ""
    StandardOutput.writeLine("Next: colisd contracts show \(id)\(file)")
  }
}
