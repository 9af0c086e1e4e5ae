import Carrier
import Contract
import Glibc

/// Asks for a contract, field by field in the order of the carrier's form.
struct ContractDialogue {
  let terminal: Terminal
  /// The contracts that are there, and their folder.
  let others: ContractSet
  let folder: String
  /// What was given on the command line is not asked for.
  private(set) var draft: ContractDraft
  /// What was typed as a secret.
  private(set) var secrets: [ContractDraft.NewSecret: String] = [:]

  init(terminal: Terminal, others: ContractSet, folder: String, draft: ContractDraft) {
    self.terminal = terminal
    self.others = others
    self.folder = folder
    self.draft = draft
  }

  /// - Parameter asksWhetherActive: false where the command line said that it is not.
  mutating func run(asksWhetherActive: Bool) throws(Terminal.Failure) {
    terminal.say(
      "A new contract with Colis Privé. Nothing is written before the end; Ctrl-C leaves it.\n")
    if draft.name == nil {
      let name = try terminal.ask(
        "Name, for people (optional)", reason: ContractDraft.reasonAgainst(text:))
      draft.name = name.isEmpty ? nil : name
    }
    if draft.id.isEmpty { try askID() }
    try Self.askPlan(&draft, terminal)
    if asksWhetherActive {
      draft.isActive = try terminal.confirm("Is the subscription active?", suggestion: true)
    }
    try askServices()
    if draft.requested == nil { try askRequested() }
  }

  private mutating func askID() throws(Terminal.Failure) {
    let (others, folder) = (others, folder)
    let suggestion = draft.name.flatMap(ContractDraft.id)
      .flatMap { others[$0] == nil ? $0 : nil }
    draft.id = try terminal.ask("Id, of which the file gets its name", suggestion: suggestion) {
      if let reason = ContractDraft.reasonAgainst(id: $0) ?? ContractDraft.taken($0, among: others)
      {
        return reason
      }
      let path = ContractDraft.path(of: $0, in: folder)
      return NewFile.isTaken(path) ? "\(NewFile.Failure(path, EEXIST))" : nil
    }
  }

  /// Asks for the plan, unless it is given.
  static func askPlan(_ draft: inout ContractDraft, _ terminal: Terminal) throws(Terminal.Failure) {
    guard draft.plan == nil else { return }
    let names = Plan.allCases.map(\.rawValue)
    draft.plan = try terminal.ask(
      "Plan on the shipping platform: lite, growth or premium (free allows no own contract)"
    ) { names.contains($0) ? nil : "the plan is one of \(names.joined(separator: ", "))" }
  }

  private mutating func askServices() throws(Terminal.Failure) {
    terminal.say("\nWhich services does the contract have?")
    var kinds: [ServiceKind] = []
    while kinds.isEmpty {
      for kind in ServiceKind.allCases
      where try terminal.confirm("  \(kind.title)", suggestion: false) {
        kinds.append(kind)
      }
      if kinds.isEmpty { terminal.say("  a contract needs at least one service") }
    }
    for kind in kinds {
      terminal.say("\n\(kind.title), as the carrier's letter says:")
      draft.services[kind] = ContractDraft.Service()
      for field in kind.fields {
        if field.isSecret {
          try askSecret(kind, field)
        } else {
          let text = try askText(kind, field)
          draft.services[kind]?.texts[field] = text
          try askTakenPair(kind)
        }
      }
    }
  }

  private func askText(
    _ kind: ServiceKind, _ field: ContractField
  ) throws(Terminal.Failure) -> String {
    try terminal.ask("  \(field.rawValue)\(field.hint.map { " (\($0))" } ?? "")") { answer in
      if answer.isEmpty { return "\(field.rawValue) must not be empty" }
      if let reason = ContractDraft.reasonAgainst(text: answer) { return reason }
      return field.accepts(answer) ? nil : "\(field.rawValue) \(field.form)"
    }
  }

  /// Asks for account and account ID again as long as another contract has them: either may be the slip.
  private mutating func askTakenPair(_ kind: ServiceKind) throws(Terminal.Failure) {
    while let claim = draft.claims(among: others).first {
      terminal.say("  \(claim)")
      for field in kind.fields where [.account, .accountID].contains(field) {
        let text = try askText(kind, field)
        draft.services[kind]?.texts[field] = text
      }
    }
  }

  private mutating func askSecret(
    _ kind: ServiceKind, _ field: ContractField
  ) throws(Terminal.Failure) {
    let isOptional = !kind.requiredFields.contains(field)
    let hint = field.hint.map { " (\($0)\(isOptional ? "; empty: none yet" : ""))" } ?? ""
    let answer = try terminal.askSecret("  \(field.rawValue)\(hint)") {
      isOptional && $0.isEmpty ? nil : ContractDraft.reasonAgainst(secret: $0)
    }
    guard !answer.isEmpty else { return }
    draft.services[kind]?.secrets[field] = .new
    secrets[ContractDraft.NewSecret(kind: kind, field: field)] = answer
  }

  private mutating func askRequested() throws(Terminal.Failure) {
    let day = try terminal.ask(
      "\nDay on which the Colis Privé sales advisor was informed, yyyy-MM-dd (empty: not yet)"
    ) {
      $0.isEmpty || CalendarDay($0) != nil
        ? nil : "it must be a day of the calendar, such as 2026-11-02"
    }
    draft.requested = day.isEmpty ? nil : day
  }
}

extension ContractDraft {
  static func path(of id: String, in folder: String) -> String { "\(folder)/\(id).yaml" }

  /// What is to be said of an id that another contract has; nil when none has it.
  static func taken(_ id: String, among others: ContractSet) -> String? {
    others[id].map { "there is a contract \($0.id) already: choose another id" }
  }

  /// What of this contract another one claims already, one sentence each.
  func claims(among others: ContractSet) -> [String] {
    contract.services.compactMap { service in
      guard let pair = service.pair else { return nil }
      for other in others.contracts {
        guard let owner = other.services.first(where: { $0.pair == pair }) else { continue }
        return
          "the account \(pair.account) with ID \(pair.accountID) of \(service.kind.rawValue) is "
          + "claimed by \(owner.kind.rawValue) of contract \(other.id) already"
      }
      return nil
    }
  }
}
