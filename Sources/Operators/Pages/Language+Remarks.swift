import Contract

// What colisd itself says in English of files and contracts, in French. What is not here stays English.
extension Language {
  /// Nil: it stays as it is.
  package func sentence(_ problem: ContractProblem) -> String? {
    guard self == .french, problem.kind == .missing, problem.path.keys.count == 2 else {
      return nil
    }
    let path = problem.path.description
    switch path {
    case "subscription.plan": return "\(path) manque : écrivez lite, growth ou premium."
    case "subscription.active": return "\(path) manque : écrivez true ou false."
    default: break
    }
    guard let field = ContractField(rawValue: problem.path.keys[1]) else { return nil }
    return "\(path) manque : ajoutez ce champ (\(word(field))), ou retirez tout le service."
  }

  /// What is said of a file: what the page says itself, and what stays English.
  package func remark(_ error: String) -> (own: String?, rest: String?) {
    guard self == .french else { return (error, nil) }
    let starts = [
      ("not a tracking file: ", "ce n’est pas un fichier de suivi :"),
      ("not complete yet: ", "pas encore complet :"),
      ("damaged gzip data: ", "données gzip abîmées :"),
    ]
    for (english, french) in starts where error.hasPrefix(english) {
      return (french, String(error.dropFirst(english.count)))
    }
    let numbers = error.split { !("0"..."9").contains($0) }
    if error.hasPrefix("its last "), numbers.count == 2 {
      return (
        "ses \(numbers[0]) derniers octets n’ont pas encore de fin de ligne, ou un guillemet reste ouvert ; ils seront lus quand le fichier n’aura pas changé pendant \(numbers[1]) s",
        nil
      )
    }
    if error.hasPrefix("the trailer declares "), numbers.count == 2 {
      return (
        "la fin du fichier annonce \(numbers[0]) lignes, mais \(numbers[1]) ont été lues", nil
      )
    }
    return (nil, error)
  }
}
