import Contract

/// The words `key=value` of the services' options.
struct ServiceWords {
  private(set) var services: [ServiceKind: ContractDraft.Service] = [:]
  /// In the order of the words.
  private(set) var newSecrets: [ContractDraft.NewSecret] = []
  /// What is wrong. Words are not repeated in it: any of them may be a secret by mistake.
  private(set) var problems: [String] = []

  mutating func take(_ words: [String], of kind: ServiceKind) {
    guard !words.isEmpty else { return }
    var service = ContractDraft.Service()
    for (index, word) in words.enumerated() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let field = ContractField(rawValue: String(parts[0])),
        kind.fields.contains(field)
      else {
        let keys = kind.fields.map(\.rawValue).joined(separator: ", ")
        problems.append(
          "word \(index + 1) of --\(kind.rawValue) is no key=value with one of the keys \(keys)")
        continue
      }
      let (key, value) = (FieldPath(kind, field).description, String(parts[1]))
      guard service.texts[field] == nil, service.secrets[field] == nil else {
        problems.append("\(key) is given twice")
        continue
      }
      if let reason = ContractDraft.reasonAgainst(text: value) {
        problems.append("\(key) will not do: \(reason)")
        service.texts[field] = "?"
      } else if field.isSecret {
        service.secrets[field] = secret(
          value, of: ContractDraft.NewSecret(kind: kind, field: field))
      } else {
        service.texts[field] = value
      }
    }
    services[kind] = service
  }

  private mutating func secret(
    _ value: String, of place: ContractDraft.NewSecret
  ) -> ContractDraft.Secret {
    if value == "-" {
      newSecrets.append(place)
      return .new
    }
    let parts = value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let text = parts.count == 2 ? String(parts[1]) : ""
    switch (parts[0], text.isEmpty) {
    case ("file", false): return .reference(.file(text))
    case ("env", false): return .reference(.environment(text))
    case ("credential", false):
      if text.contains("/") || text.hasPrefix(".") {
        problems.append("\(place.key) names a credential, not a path")
      }
      return .reference(.credential(text))
    default:
      problems.append(
        "\(place.key) must not stand on the command line, where the shell's history and the list of "
          + "processes show it: write \(place.field.rawValue)=- to be asked for it, or "
          + "file:PATH, credential:NAME or env:NAME where it is kept already")
      return .new
    }
  }
}
