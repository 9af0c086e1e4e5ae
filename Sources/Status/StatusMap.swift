import Carrier

/// What the carrier's codes and labels mean: data, because codes are private to each contract.
///
/// A code is looked up first: as a whole, then by how it begins. Where there is none, or the map does not
/// know it, the label decides: its first sentence in which a rule matches. Of several rules the one that
/// says most wins, then the one with the longest text.
///
/// ```swift
/// let mapped = StatusMap.builtIn.meaning(
///   code: nil, label: "Votre colis a été livré en boîte aux lettres")
/// mapped.meaning.status  // .delivered
/// mapped.meaning.mode    // .letterbox
/// ```
public struct StatusMap: Sendable, Equatable {
  public let name: String
  /// Of the rules: what was derived with another version is worth deriving again. A map that extends
  /// another one names that one's version too, such as `2+built-in.1`.
  public let version: String

  private var ruleOfCode: [String: FoldedCodeRule]
  /// Rules for how a code begins: the map's own, then those of the map that it extends, each the longest
  /// first.
  private var codeBeginnings: [FoldedCodeRule]
  /// The map's own labels, then those of the map that it extends.
  private var labelTiers: [[FoldedLabelRule]]

  private struct FoldedCodeRule: Sendable, Equatable {
    var rule: CodeRule
    var key: String
    /// For `MappedMeaning.rule`.
    var text: String
  }

  private struct FoldedLabelRule: Sendable, Equatable {
    var rule: LabelRule
    var folded: FoldedText
    var text: String

    func matches(_ label: FoldedText, _ sentence: LabelSentence) -> Bool {
      switch rule.match {
      case .prefix: sentence.isFirst && label.hasPrefix(folded)
      case .contains: sentence.affirms(folded, asWords: false)
      case .words: sentence.affirms(folded, asWords: true)
      }
    }
  }

  /// Makes a map and checks its rules.
  /// - Parameters:
  ///   - codes: no code twice, whatever its letter case.
  ///   - labels: in any order; no text twice after folding.
  ///   - base: a map whose rules stay where `codes` and `labels` say nothing: a code of the base
  ///     counts unless `codes` has it, a label of the base unless a rule of `labels` matches.
  /// - Throws: the first rule that is empty, there twice, or contradicts itself or another.
  public init(
    name: String, version: String, codes: [CodeRule], labels: [LabelRule],
    extending base: StatusMap? = nil
  ) throws(StatusMapError) {
    for (value, key) in [(name, "name"), (version, "version")] where FoldedText(value).isEmpty {
      throw StatusMapError(place: .map, rule: key, reason: "is empty; give the map a \(key)")
    }
    self.name = name
    self.version = base.map { "\(version)+\($0.name).\($0.version)" } ?? version
    let source = "\(name) \(version)"

    ruleOfCode = [:]
    var beginnings: [String: FoldedCodeRule] = [:]
    for (index, rule) in codes.enumerated() {
      func fault(_ reason: String) -> StatusMapError {
        StatusMapError(place: .code(index), rule: rule.description, reason: reason)
      }
      let key = CodeRule.key(rule.code)
      guard !key.isEmpty else { throw fault("has no code") }
      if let reason = Self.contradiction(in: rule.meaning) { throw fault(reason) }
      let known = rule.match == .whole ? ruleOfCode[key] : beginnings[key]
      if let other = known?.rule {
        throw fault(
          Self.clash(
            with: other.description,
            isSame: (other.meaning, other.expectsDate) == (rule.meaning, rule.expectsDate)))
      }
      let folded = FoldedCodeRule(rule: rule, key: key, text: "\(source): \(rule)")
      switch rule.match {
      case .whole: ruleOfCode[key] = folded
      case .beginning: beginnings[key] = folded
      }
    }
    codeBeginnings = beginnings.values.sorted {
      ($1.key.utf8.count, $0.key) < ($0.key.utf8.count, $1.key)
    }

    var known: [FoldedText: LabelRule] = [:]
    var folded: [FoldedLabelRule] = []
    for (index, rule) in labels.enumerated() {
      func fault(_ reason: String) -> StatusMapError {
        StatusMapError(place: .label(index), rule: rule.description, reason: reason)
      }
      guard rule.text.utf8.count <= Self.longestText else {
        throw fault("is longer than \(Self.longestText) bytes, and no label is")
      }
      let text = FoldedText(rule.text)
      guard !text.isEmpty else { throw fault("has no text, so it would match every label") }
      if let reason = Self.contradiction(in: rule.meaning) { throw fault(reason) }
      if let other = known.updateValue(rule, forKey: text) {
        throw fault(
          Self.clash(
            with: other.description,
            isSame: (other.meaning, other.expectsDate) == (rule.meaning, rule.expectsDate)))
      }
      folded.append(FoldedLabelRule(rule: rule, folded: text, text: "\(source): \(rule)"))
    }
    // The first match is then the one that says most; of those the longest; of these the first given.
    let ordered = folded.enumerated().sorted { left, right in
      let (first, second) = (left.element, right.element)
      return (second.rule.rank, second.folded.bytes.count, left.offset)
        < (first.rule.rank, first.folded.bytes.count, right.offset)
    }
    labelTiers = [ordered.map(\.element)]

    if let base {
      ruleOfCode.merge(base.ruleOfCode) { own, _ in own }
      codeBeginnings += base.codeBeginnings
      labelTiers += base.labelTiers
    }
  }

  /// Folding longer texts may take time without end: marks after one letter are sorted.
  private static let longestText = CarrierText.longest

  /// All code rules: whole codes by code, then beginnings in the order in which they are tried.
  public var codes: [CodeRule] {
    ruleOfCode.sorted { $0.key < $1.key }.map(\.value.rule) + codeBeginnings.map(\.rule)
  }

  /// All label rules in the order in which they are tried.
  public var labels: [LabelRule] { labelTiers.joined().map(\.rule) }

  /// What a code and a label mean together; a text of white space counts as missing.
  public func meaning(code: String?, label: String?) -> MappedMeaning {
    let label = FoldedText(label ?? "")
    if let code, let found = rule(ofCode: CodeRule.key(code)) {
      let day = found.rule.expectsDate ? CalendarDay(in: label) : nil
      return MappedMeaning(meaning: found.rule.meaning.expected(on: day), rule: found.text)
    }
    let sentences = LabelSentence.all(of: label)
    for rules in labelTiers {
      for sentence in sentences {
        if let found = rules.first(where: { $0.matches(label, sentence) }) {
          let day = found.rule.expectsDate ? CalendarDay(in: label) : nil
          return MappedMeaning(meaning: found.rule.meaning.expected(on: day), rule: found.text)
        }
      }
    }
    return .unmapped
  }

  private func rule(ofCode key: String) -> FoldedCodeRule? {
    if key.isEmpty { return nil }
    return ruleOfCode[key] ?? codeBeginnings.first { key.utf8.starts(with: $0.key.utf8) }
  }

  /// What a rule's meaning says against itself; nil when nothing.
  private static func contradiction(in meaning: Meaning) -> String? {
    if meaning.status == .unmapped {
      return "means unmapped, which is what a missing rule means; give it a status or leave it out"
    }
    if let mode = meaning.mode, meaning.status != .delivered {
      return "has the mode \(mode.name), but only delivered has a mode, not \(meaning.status.name)"
    }
    if let day = meaning.expectedOn {
      return "has the fixed day \(day); a day comes from the label, by a rule that expects a date"
    }
    return nil
  }

  private static func clash(with other: String, isSame: Bool) -> String {
    isSame
      ? "is the same as the rule before it, \(other); leave one out"
      : "contradicts the rule before it, \(other), which means something else; leave one out"
  }
}

extension Meaning {
  fileprivate func expected(on day: CalendarDay?) -> Meaning {
    var meaning = self
    meaning.expectedOn = day
    return meaning
  }
}
