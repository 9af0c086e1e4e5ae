/// What a status map says about one pair of code and label, and by which of its rules.
public struct MappedMeaning: Hashable, Sendable {
  public var meaning: Meaning
  /// The rule that matched, for people: map, version and rule; nil when none did.
  public var rule: String?

  public init(meaning: Meaning, rule: String?) {
    self.meaning = meaning
    self.rule = rule
  }

  /// No rule matched.
  public static let unmapped = MappedMeaning(meaning: .unmapped, rule: nil)
}
