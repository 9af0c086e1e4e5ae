extension StatusMap {
  /// What one code of a contract's annex means.
  public struct CodeRule: Hashable, Sendable {
    /// Compared as a whole, without white space around it and whatever the letter case.
    public var code: String
    public var meaning: Meaning
    /// Whether the first `dd/MM/yyyy` of the label is the expected day.
    public var expectsDate: Bool

    public init(code: String, meaning: Meaning, expectsDate: Bool = false) {
      self.code = code
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
    /// Where in a label the rule's text has to stand.
    public enum Match: Hashable, Sendable { case prefix, contains }

    /// Compared without case, accents, kinds of apostrophes, ligatures and runs of white space.
    public var text: String
    public var match: Match
    public var meaning: Meaning
    /// Whether the first `dd/MM/yyyy` of the label is the expected day.
    public var expectsDate: Bool

    public init(text: String, match: Match, meaning: Meaning, expectsDate: Bool = false) {
      self.text = text
      self.match = match
      self.meaning = meaning
      self.expectsDate = expectsDate
    }
  }
}

extension StatusMap.CodeRule: CustomStringConvertible {
  public var description: String { "code \"\(code)\"" }
}

extension StatusMap.LabelRule: CustomStringConvertible {
  public var description: String {
    switch match {
    case .prefix: "label starts with \"\(text)\""
    case .contains: "label contains \"\(text)\""
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
