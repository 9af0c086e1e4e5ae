import ArgumentParser
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

  @Option(name: .long, help: "The plan on the shipping platform: lite, growth or premium.")
  var plan: String?

  @Flag(name: .long, help: "The subscription is not active.")
  var inactive = false

  @Option(
    name: .long,
    help: ArgumentHelp("The day on which the advisor was informed.", valueName: "yyyy-MM-dd"))
  var requested: String?

  @Option(
    name: .long,
    help: ArgumentHelp("How long nothing may come (default: 72h).", valueName: "time"))
  var silence: String?

  @Option(
    name: .customLong("home-fr"), parsing: .upToNextOption,
    help: ArgumentHelp("Home delivery in France.", valueName: "key=value"))
  var homeFR: [String] = []

  @Option(
    name: .customLong("home-be"), parsing: .upToNextOption,
    help: ArgumentHelp("Home delivery in Belgium.", valueName: "key=value"))
  var homeBE: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Pick-up points.", valueName: "key=value"))
  var relay: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption, help: ArgumentHelp("Returns.", valueName: "key=value"))
  var returns: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The folder for new secrets (default: secrets beside the folder of contracts).",
      valueName: "dir"))
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
    } catch let error as NewFile.Failure {
      StandardError.writeLine("colisd: \(singleLine("\(error)"))")
      throw error.status
    }
  }

  private func create() throws {
    var words = ServiceWords()
    for kind in kindsAsGiven { words.take(self.words(of: kind), of: kind) }
    let asks = words.services.isEmpty && words.problems.isEmpty
    guard !asks || Terminal.isThere else {
      throw ValidationError(
        "standard input is no terminal to ask questions on: give at least one of "
          + ServiceKind.allCases.map { "--\($0.rawValue)" }.joined(separator: ", ")
          + " with key=value, and --plan")
    }
    var draft = ContractDraft(
      id: id ?? name.flatMap(ContractDraft.id) ?? "", name: name, plan: plan,
      isActive: !inactive, requested: requested, silence: silence, services: words.services)
    // Of the dialogue the name only suggests the id.
    if asks, id == nil { draft.id = "" }
    try expectGood(draft, words.problems, isWhole: !asks)

    let configuration = try options.read()
    let contracts = configuration.contractsDirectory
    if !FileManager.default.fileExists(atPath: contracts), !dryRun {
      try? FileManager.default.createDirectory(
        atPath: contracts, withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o755])
    }
    let others = try ContractFolder.read(contracts).set
    let terminal = Terminal()
    var typed: [ContractDraft.NewSecret: String] = [:]
    var isEncrypted = systemdCreds
    if asks {
      if !draft.id.isEmpty { try expectFree(draft.id, others, contracts) }
      var dialogue = ContractDialogue(
        terminal: terminal, others: others, folder: contracts, draft: draft)
      try dialogue.run(asksWhetherActive: !inactive)
      draft = dialogue.draft
      typed = dialogue.secrets
      if !isEncrypted, secrets == nil, !typed.isEmpty, SystemdCreds.isInstalled {
        isEncrypted = try terminal.confirm(
          "\nKeep the secrets encrypted by systemd-creds instead of in files?", suggestion: false)
      }
    } else if Terminal.isThere {
      try ContractDialogue.askPlan(&draft, terminal)
    }
    try expectGood(draft, [], isWhole: true)

    let path = ContractDraft.path(of: draft.id, in: contracts)
    let keeper = SecretKeeper(
      manner: isEncrypted ? .systemdCredentials : .files, folder: secrets, contracts: contracts)
    try expectFree(draft.id, others, contracts)
    try expectUnclaimed(draft, at: path, others)
    for secret in draft.newSecrets { try keeper.expectFree(secret.name(in: draft.id)) }
    let text = draft.yaml(reference: keeper.reference)
    if draft.plan == Plan.free.rawValue {
      terminal.say("note: the plan free allows no own contract; rows of this one are held")
    }
    if dryRun {
      StandardOutput.write(text)
      return
    }
    if asks {
      terminal.say("\n\(path) will be:\n\n\(text)")
      guard try terminal.confirm("Write it?", suggestion: true) else {
        terminal.say("nothing was written")
        return
      }
    } else {
      for secret in words.newSecrets { typed[secret] = try read(secret, terminal) }
    }
    try NewContract(draft: draft, path: path, text: text).write(typed, keeper)
    report(draft, path, keeper)
  }

  // MARK: What was given

  private func words(of kind: ServiceKind) -> [String] {
    switch kind {
    case .homeFR: homeFR
    case .homeBE: homeBE
    case .relay: relay
    case .returns: returns
    }
  }

  /// The services in the order of the command line, in which secrets come on standard input.
  private var kindsAsGiven: [ServiceKind] {
    func place(_ kind: ServiceKind) -> Int {
      let option = "--\(kind.rawValue)"
      return CommandLine.arguments.firstIndex { $0 == option || $0.hasPrefix("\(option)=") }
        ?? CommandLine.arguments.count
    }
    return ServiceKind.allCases.sorted { place($0) < place($1) }
  }

  private func read(_ secret: ContractDraft.NewSecret, _ terminal: Terminal) throws -> String {
    if Terminal.isThere {
      return try terminal.askSecret(secret.key, reason: ContractDraft.reasonAgainst(secret:))
    }
    let text = try terminal.line()
    if let reason = ContractDraft.reasonAgainst(secret: text) {
      throw ValidationError("\(secret.key), read from standard input: \(reason)")
    }
    return text
  }

  /// - Parameter isWhole: whether what is missing counts.
  /// - Throws: everything that is wrong with the values, at once.
  private func expectGood(
    _ draft: ContractDraft, _ others: [String], isWhole: Bool
  ) throws(ValidationError) {
    var sentences = others
    if !draft.id.isEmpty || isWhole, let reason = ContractDraft.reasonAgainst(id: draft.id) {
      sentences.append(draft.id.isEmpty ? "the id is missing: give it as the first word" : reason)
    }
    if let reason = draft.name.flatMap(ContractDraft.reasonAgainst(text:)) {
      sentences.append("the name will not do: \(reason)")
    }
    // Without an id or a plan the form has something to say of its own; on a terminal the plan is asked.
    let problems = draft.contract.problems.filter { problem in
      if problem.path == ["id"] { return false }
      guard problem.kind == .missing else { return true }
      return isWhole && !(problem.path == ["subscription", "plan"] && Terminal.isThere)
    }
    sentences += problems.map { problem in
      problem.path == ["subscription", "plan"]
        ? problem.message.replacingOccurrences(of: problem.path.description, with: "--plan")
        : problem.message
    }
    guard sentences.isEmpty else {
      throw ValidationError(sentences.map(singleLine).joined(separator: "\n"))
    }
  }

  /// - Throws: when another contract has the id, or a file the name.
  private func expectFree(_ id: String, _ others: ContractSet, _ folder: String) throws {
    let path = ContractDraft.path(of: id, in: folder)
    if let sentence = ContractDraft.taken(id, among: others) {
      throw ConfigurationError([
        ConfigurationProblem(file: path, place: nil, sentence: sentence)
      ])
    }
    if NewFile.isTaken(path) { throw NewFile.Failure(path, EEXIST) }
  }

  /// - Throws: every account that another contract has.
  private func expectUnclaimed(
    _ draft: ContractDraft, at path: String, _ others: ContractSet
  ) throws(ConfigurationError) {
    let claims = draft.claims(among: others)
    guard claims.isEmpty else {
      throw ConfigurationError(
        claims.map { ConfigurationProblem(file: path, place: nil, sentence: $0) })
    }
  }

  private func report(_ draft: ContractDraft, _ path: String, _ keeper: SecretKeeper) {
    StandardOutput.writeLine(singleLine(path))
    let names = draft.newSecrets.map { $0.name(in: draft.id) }
    if keeper.manner == .systemdCredentials, !names.isEmpty {
      StandardOutput.writeLine(
        "Only a check inside the unit needs them, tracking does not; its drop-in (systemctl edit "
          + "colisd) would be:\n[Service]\n"
          + names.map { singleLine(keeper.unitLine(of: $0)) }.joined(separator: "\n"))
    }
    let file = options.config.map { " --config \(singleLine($0))" } ?? ""
    StandardOutput.writeLine("Next: colisd contracts show \(draft.id)\(file)")
  }
}
