import Contract

extension ContractDraft {
  /// Takes the words `key=value` of a service's option.
  /// - Returns: what is wrong. Words are not repeated in it: any of them may be a secret by mistake.
  mutating func take(_ words: [String], of kind: ServiceKind) -> [String] {
    if !words.isEmpty { services[kind] = [:] }
    return words.enumerated().compactMap { index, word in
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let field = ContractField(rawValue: String(parts[0])),
        kind.fields.contains(field)
      else {
        let keys = kind.fields.map(\.rawValue).joined(separator: ", ")
        return
          "word \(index + 1) of --\(kind.rawValue) is no key=value with one of the keys \(keys)"
      }
      let (path, text) = (FieldPath(kind, field), String(parts[1]))
      if services[kind]?[field] != nil { return "\(path) is given twice" }
      set(field, of: kind, to: .text(field.isSecret ? ServiceForm.secretGiven : text))
      if let reason = Self.reasonAgainst(text: text) { return "\(path) will not do: \(reason)" }
      guard field.isSecret else { return nil }
      guard let secret = Self.secret(text) else {
        return
          "\(path) must not stand on the command line, where the shell's history and the list of "
          + "processes show it: write \(field.rawValue)=- to be asked for it, or file:PATH, "
          + "credential:NAME or env:NAME where it is kept already"
      }
      set(field, of: kind, to: secret)
      guard case .kept(.credential(let name)) = secret else { return nil }
      let isPath = name.contains("/") || name.hasPrefix(".")
      return isPath ? "\(path) names a credential, not a path" : nil
    }
  }

  private static func secret(_ text: String) -> Value? {
    if text == "-" { return .new }
    guard let colon = text.firstIndex(of: ":"), text.index(after: colon) < text.endIndex else {
      return nil
    }
    let place = String(text[text.index(after: colon)...])
    switch text[..<colon] {
    case "file": return .kept(.file(place))
    case "env": return .kept(.environment(place))
    case "credential": return .kept(.credential(place))
    default: return nil
    }
  }
}
