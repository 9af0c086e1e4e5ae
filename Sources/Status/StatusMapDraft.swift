/// A first guess at a status map, from the codes and labels that came.
///
/// What a code means is guessed from its labels by the built-in map. It is a guess only where all labels of
/// the code are known and mean the same.
///
/// ```swift
/// var draft = StatusMapDraft()
/// draft.add(code: "LIV", label: "Votre colis a été livré en boîte aux lettres", count: 12)
/// draft.codes[0].guess  // .meaning(delivered, letterbox)
/// ```
public struct StatusMapDraft: Sendable {
  public enum Guess: Hashable, Sendable {
    /// All labels mean this.
    case meaning(Meaning, expectsDate: Bool)
    /// All labels are known and mean different things: they say more than the code, so a map does better
    /// without it.
    case labelsSayMore
    /// People have to decide; `perhaps` is what the known labels mean.
    case unsure(perhaps: Meaning?)
  }

  /// A code with its labels, or a label without a code.
  public struct Entry: Sendable {
    /// The code, or the label, as it came first.
    public let text: String
    /// How many rows have it.
    public let count: Int
    /// The most frequent labels of a code with how many rows have them. Labels that differ only in digits
    /// count as one.
    public let labels: [(text: String, count: Int)]
    public let guess: Guess
  }

  private struct Tally {
    var text: String
    var count = 0
    var labels: [String: (text: String, count: Int)] = [:]
    var meanings: [Meaning: Int] = [:]
    var expectsDate = false
  }

  private var byCode: [String: Tally] = [:]
  /// Labels without a code that the built-in map does not know.
  private var byLabel: [String: Tally] = [:]
  private var mapped: [String: MappedMeaning] = [:]
  /// How many rows were added.
  public private(set) var rows = 0

  /// Texts that never come again must not fill the memory.
  private static let most = 4_096
  private static let mostShown = 3

  public init() {}

  /// - Parameter count: how many rows have this wording.
  public mutating func add(code: String?, label: String?, count: Int = 1) {
    rows += count
    let key = StatusMap.CodeRule.key(code ?? "")
    let words = label ?? ""
    let found = meaning(of: words)
    if key.isEmpty {
      guard found.rule == nil, !FoldedText(words).isEmpty else { return }
      Self.count(words, Self.pattern(words), found, count, &byLabel)
    } else {
      Self.count(code ?? "", key, found, count, &byCode)
      guard !FoldedText(words).isEmpty else { return }
      let pattern = Self.pattern(words)
      var labels = byCode[key]?.labels ?? [:]
      guard labels[pattern] != nil || labels.count < Self.most else { return }
      labels[pattern, default: (words, 0)].count += count
      byCode[key]?.labels = labels
    }
  }

  private static func count(
    _ text: String, _ key: String, _ found: MappedMeaning, _ count: Int,
    _ tallies: inout [String: Tally]
  ) {
    guard tallies[key] != nil || tallies.count < most else { return }
    var tally = tallies[key] ?? Tally(text: text)
    tally.count += count
    var meaning = found.meaning
    if meaning.expectedOn != nil { tally.expectsDate = true }
    meaning.expectedOn = nil
    tally.meanings[meaning, default: 0] += count
    tallies[key] = tally
  }

  private mutating func meaning(of label: String) -> MappedMeaning {
    if let known = mapped[label] { return known }
    if mapped.count == Self.most { mapped = [:] }
    let found = StatusMap.builtIn.meaning(code: nil, label: label)
    mapped[label] = found
    return found
  }

  /// A label in which each run of digits is one sign: days and numbers differ from row to row.
  private static func pattern(_ label: String) -> String {
    var pattern = ""
    for character in label {
      let sign: Character = character.isNumber ? "0" : character
      if sign == "0", pattern.last == "0" { continue }
      pattern.append(sign)
    }
    return pattern
  }

  /// The codes, the most frequent first.
  public var codes: [Entry] { Self.entries(byCode) }

  /// The labels of rows without a code that the built-in map does not know, the most frequent first.
  public var labels: [Entry] { Self.entries(byLabel) }

  private static func entries(_ tallies: [String: Tally]) -> [Entry] {
    tallies.values.map { tally in
      let labels = tally.labels.values.sorted { ($1.count, $0.text) < ($0.count, $1.text) }
      return Entry(
        text: tally.text, count: tally.count, labels: Array(labels.prefix(mostShown)),
        guess: guess(tally))
    }.sorted { ($1.count, $0.text) < ($0.count, $1.text) }
  }

  private static func guess(_ tally: Tally) -> Guess {
    let known = tally.meanings.filter { $0.key.status != .unmapped }
    let usual = known.max { ($0.value, $1.key.status.name) < ($1.value, $0.key.status.name) }?.key
    guard known.count == tally.meanings.count, let usual else { return .unsure(perhaps: usual) }
    return known.count == 1
      ? .meaning(usual, expectsDate: tally.expectsDate) : .labelsSayMore
  }
}
