import Carrier

/// One sentence of a label, in which rules look for their words.
///
/// Words in a label need not be true: "n'a pas été livré", "sera livré", "retour possible". A
/// rule's text counts only where no word before it in its clause denies it or puts it off, and none
/// after it makes it a mere possibility. What is denied is not turned into its opposite: another
/// rule has to say that.
///
/// ```swift
/// let sentence = LabelSentence.all(of: FoldedText("Votre colis n'a pas été livré"))[0]
/// sentence.affirms(FoldedText("livré"), asWords: true)  // false
/// ```
struct LabelSentence {
  /// Of a folded text.
  private let bytes: ArraySlice<UInt8>
  let isFirst: Bool

  /// The sentences of a label in their order; of an empty one none.
  static func all(of label: FoldedText) -> [LabelSentence] {
    let bytes = label.bytes
    var sentences: [LabelSentence] = []
    var start = bytes.startIndex
    for index in bytes.indices {
      let isLast = index + 1 == bytes.endIndex
      let ends = enders.contains(bytes[index]) && (isLast || bytes[index + 1] == space)
      guard ends || isLast else { continue }
      let sentence = bytes[start...index]
      if sentence.contains(where: { $0.isOfAWord }) {
        sentences.append(LabelSentence(bytes: sentence, isFirst: sentences.isEmpty))
      }
      start = index + 1
    }
    return sentences
  }

  /// Whether the sentence has a text, and says that it is so.
  /// - Parameter asWords: whether the text must begin and end with whole words.
  func affirms(_ text: FoldedText, asWords: Bool) -> Bool {
    let length = text.bytes.count
    guard length > 0, length <= bytes.count else { return false }
    return (bytes.startIndex...bytes.endIndex - length).contains { start in
      let end = start + length
      guard bytes[start...].starts(with: text.bytes) else { return false }
      if asWords, isWithinAWord(start) || isWithinAWord(end) { return false }
      return !isDenied(before: start, text) && !isMerelyPossible(after: end)
    }
  }

  private func isWithinAWord(_ place: Int) -> Bool {
    place > bytes.startIndex && place < bytes.endIndex && bytes[place - 1].isOfAWord
      && bytes[place].isOfAWord
  }

  /// A text that denies something itself ("could not be delivered") is only put off by a condition.
  private func isDenied(before place: Int, _ text: FoldedText) -> Bool {
    let deniesItself = Self.words(text.bytes[...]).contains { Self.has($0, of: Self.denials) }
    var isDenied = false
    for word in Self.words(bytes[..<place]) {
      if Self.clauseBeginnings.contains(word) {
        isDenied = false
      } else if Self.has(word, of: Self.conditions)
        || !deniesItself
          && (Self.has(word, of: Self.denials) || Self.has(word, of: Self.postponements))
      {
        isDenied = true
      }
    }
    return isDenied
  }

  /// Whether a word is one of these: by itself, or after an elision ("d'être"). "hasn't" denies.
  private static func has(_ word: String, of words: Set<String>) -> Bool {
    if words.contains(word) { return true }
    guard let tail = word.split(separator: "'").last, tail.utf8.count < word.utf8.count else {
      return false
    }
    return words.contains(String(tail)) || (words == denials && word.hasSuffix("n't"))
  }

  private func isMerelyPossible(after place: Int) -> Bool {
    for word in Self.words(bytes[place...]) {
      if Self.clauseBeginnings.contains(word) { return false }
      if Self.possibilities.contains(word) { return true }
    }
    return false
  }

  /// The words in some bytes; each mark that separates clauses is a word of its own.
  private static func words(_ bytes: ArraySlice<UInt8>) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    func end() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word = []
    }
    for byte in bytes {
      if byte.isOfAWord || byte == UInt8(ascii: "'") {
        word.append(byte)
      } else {
        end()
        if byte != space { words.append(String(decoding: [byte], as: UTF8.self)) }
      }
    }
    end()
    return words
  }

  private static let space = UInt8(ascii: " ")
  private static let enders = Array(".!?;".utf8)

  private static let clauseBeginnings: Set<String> = [
    ",", ":", "(", ")", "-", "/", "|", "mais", "et", "but", "and", "maar", "en",
  ]

  /// French, English, Dutch.
  private static let denials: Set<String> = [
    "non", "pas", "jamais", "ni", "aucun", "aucune", "sans", "impossible",
    "not", "never", "without", "cannot", "unable",
    "niet", "geen", "nooit", "zonder",
  ]

  /// What is to come, and may not.
  private static let postponements: Set<String> = [
    "etre", "sera", "seront", "va", "vont", "devrait", "doit", "peut", "pourra", "bientot",
    "prochainement",
    "be", "being", "will", "shall", "should", "would", "can", "could",
    "zal", "zullen", "kan", "kon", "kunnen", "moet", "wordt", "worden", "binnenkort",
  ]

  private static let conditions: Set<String> = [
    "si", "sinon", "pourrait", "encore", "if", "unless", "may", "might", "yet", "indien", "als",
    "tenzij", "nog",
  ]

  private static let possibilities: Set<String> = [
    "possible", "possibles", "eventuel", "eventuelle", "eventuellement", "mogelijk", "possibly",
  ]
}

extension UInt8 {
  /// Whether it is part of a word of a folded text: a letter or a digit, of any script.
  fileprivate var isOfAWord: Bool {
    self >= 0x80 || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || isASCIIDigit
  }
}
