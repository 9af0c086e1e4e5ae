extension StatusMap {
  /// What one code of a contract's annex means, or all codes that begin alike.
  public struct CodeRule: Hashable, Sendable {
    /// How much of a code the rule's text is. A whole code decides before a beginning.
    public enum Match: Hashable, Sendable { case whole, beginning }

    /// Compared without white space around it and whatever the letter case.
    public var code: String
    public var match: Match
    public var meaning: Meaning
    /// Whether the first `dd/MM/yyyy` of the label is the expected day.
    public var expectsDate: Bool

    public init(
      code: String, match: Match = .whole, meaning: Meaning, expectsDate: Bool = false
    ) {
      self.code = code
      self.match = match
      self.meaning = meaning
      self.expectsDate = expectsDate
    }

    /// Codes are identifiers: nothing but case and surrounding white space is folded.
    static func key(_ code: String) -> String {
      String(code.trimming(while: \.isWhitespace)).lowercased()
    }
  }

  /// What labels with a certain wording mean.
  public struct LabelRule: Hashable, Sendable {
    /// Where in a label the rule's text has to stand. Except with `prefix`, a text that is denied
    /// there, or is a mere possibility, does not count: see `LabelSentence`.
    public enum Match: Hashable, Sendable {
      /// At the beginning.
      case prefix
      /// Anywhere, also within a word.
      case contains
      /// Anywhere, as whole words.
      case words
    }

    /// How much a rule says. Where several match one sentence, the one that says most wins; among
    /// those that say as much, the longest.
    public enum Rank: Int, Hashable, Sendable, Comparable {
      /// Of the rules of people's own maps: among them the longest wins.
      case none
      case announced, underway, disturbance, delivery, pickupPoint, failure, cause, damage, loss,
        back

      public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Compared without case, accents, kinds of apostrophes, ligatures and runs of white space.
    public var text: String
    public var match: Match
    public var meaning: Meaning
    /// Whether the first `dd/MM/yyyy` of the label is the expected day.
    public var expectsDate: Bool
    public var rank: Rank

    public init(
      text: String, match: Match, meaning: Meaning, expectsDate: Bool = false, rank: Rank = .none
    ) {
      self.text = text
      self.match = match
      self.meaning = meaning
      self.expectsDate = expectsDate
      self.rank = rank
    }
  }
}

extension StatusMap.CodeRule: CustomStringConvertible {
  public var description: String {
    switch match {
    case .whole: "code \"\(code)\""
    case .beginning: "code begins with \"\(code)\""
    }
  }
}

extension StatusMap.LabelRule: CustomStringConvertible {
  public var description: String {
    switch match {
    case .prefix: "label starts with \"\(text)\""
    case .contains, .words: "label contains \"\(text)\""
    }
  }
}

extension String {
  fileprivate func trimming(while isDropped: (Character) -> Bool) -> Substring {
    let head = drop(while: isDropped)
    guard let last = head.lastIndex(where: { !isDropped($0) }) else {
      return head[..<head.startIndex]
    }
    return head[...last]
  }
}
