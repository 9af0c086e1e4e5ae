import Carrier
import Contract

/// Asks for a contract, field by field in the order of the carrier's form. What was given on the command
/// line is not asked for.
struct ContractDialogue {
  let terminal: Terminal
  /// The contracts that are there.
  let others: ContractSet
  var draft: ContractDraft
  /// What was typed as a secret.
  private(set) var secrets: [FieldPath: String] = [:]

  init(terminal: Terminal, others: ContractSet, draft: ContractDraft) {
    self.terminal = terminal
    self.others = others
    self.draft = draft
  }

  /// - Parameter reason: why an id is not free; nil when it is.
  mutating func run(reasonAgainst reason: (_ id: String) -> String?) throws(Terminal.Failure) {
    terminal.say(
      "A new contract with Colis Privé. Nothing is written before the end; Ctrl-C leaves it.\n")
    if draft.name == nil {
      let name = try terminal.ask(
        "Name, for people (optional)", reason: { ContractDraft.reasonAgainst(text: $0) })
      draft.name = name.isEmpty ? nil : name
    }
    if draft.id.isEmpty {
      let suggestion = draft.name.flatMap(ContractDraft.id).flatMap { reason($0) == nil ? $0 : nil }
      draft.id = try terminal.ask(
        "Id, of which the file gets its name", suggestion: suggestion, reason: reason)
    }
    if draft.plan == nil { draft.plan = try Self.plan(terminal) }
    if draft.isActive {
      draft.isActive = try terminal.confirm("Is the subscription active?", suggestion: true)
    }
    for kind in try kinds() { try askService(kind) }
    if draft.requested == nil {
      let day = try terminal.ask(
        "\nDay on which the Colis Privé sales advisor was informed, yyyy-MM-dd (empty: not yet)"
      ) {
        $0.isEmpty || CalendarDay($0) != nil
          ? nil : "it must be a day of the calendar, such as 2026-11-02"
      }
      draft.requested = day.isEmpty ? nil : day
    }
  }

  static func plan(_ terminal: Terminal) throws(Terminal.Failure) -> String {
    let names = Plan.allCases.map(\.rawValue)
    return try terminal.ask(
      "Plan on the shipping platform: lite, growth or premium (free allows no own contract)"
    ) { names.contains($0) ? nil : "the plan is one of \(names.joined(separator: ", "))" }
  }

  private func kinds() throws(Terminal.Failure) -> [ServiceKind] {
    terminal.say("\nWhich services does the contract have?")
    while true {
      var kinds: [ServiceKind] = []
      for kind in ServiceKind.allCases
      where try terminal.confirm("  \(kind.title)", suggestion: false) {
        kinds.append(kind)
      }
      if !kinds.isEmpty { return kinds }
      terminal.say("  a contract needs at least one service")
    }
  }

  private mutating func askService(_ kind: ServiceKind) throws(Terminal.Failure) {
    terminal.say("\n\(kind.title), as the carrier's letter says:")
    for field in kind.fields {
      guard field.isSecret else {
        try askText(field, of: kind)
        // Either of account and account ID may be the slip.
        while let claim = draft.claims(among: others).first {
          terminal.say("  \(claim)")
          for field in kind.fields where field == .account || field == .accountID {
            try askText(field, of: kind)
          }
        }
        continue
      }
      let isOptional = !kind.requiredFields.contains(field)
      let hint = field.hint.map { " (\($0)\(isOptional ? "; empty: none yet" : ""))" } ?? ""
      let answer = try terminal.askSecret("  \(field.rawValue)\(hint)") {
        isOptional && $0.isEmpty ? nil : ContractDraft.reasonAgainst(secret: $0)
      }
      guard !answer.isEmpty else { continue }
      draft.set(field, of: kind, to: .new)
      secrets[FieldPath(kind, field)] = answer
    }
  }

  private mutating func askText(
    _ field: ContractField, of kind: ServiceKind
  ) throws(Terminal.Failure) {
    let text = try terminal.ask("  \(field.rawValue)\(field.hint.map { " (\($0))" } ?? "")") {
      if $0.isEmpty { return "\(field.rawValue) must not be empty" }
      return ContractDraft.reasonAgainst(text: $0)
        ?? (field.accepts($0) ? nil : "\(field.rawValue) \(field.form)")
    }
    draft.set(field, of: kind, to: .text(text))
  }
}
