import Ingest

/// The rules in force for the files of one source.
struct RulesOfSource: RulesSource {
  let source: String
  let rules: RulesInForce

  var current: Rules { rules.current.of(source) }
  var revision: Int { rules.revision }
  func take() -> Rules { rules.take(for: source).of(source) }
  func giveBack() { rules.giveBack(for: source) }
}
