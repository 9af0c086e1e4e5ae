import LayoutGuess
import TrackingFile
import colisd

/// One tracking file, or two with a line of `===` between them, of which a layout is guessed.
///
/// Input: a byte that says whether the first file is whole (even) or only its beginning; the rest are the
/// files.
enum GuessInput {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    var input = FuzzInput(FuzzInput.expanded(bytes))
    let isWhole = input.byte() % 2 == 0
    let (first, second) = input.parts
    var samples = [FileSample(path: "in/E1_EM180619_a.csv", bytes: Array(first), isWhole: isWhole)]
    if let second {
      samples.append(FileSample(path: "in/E1_EM180619_b.csv", bytes: Array(second), isWhole: true))
    }
    let draft: LayoutDraft
    do throws(GuessFailure) {
      draft = try LayoutDraft(of: samples)
    } catch {
      try promise(!error.reason.isEmpty, "it is refused without a word")
      return
    }
    for column in draft.columns where column.certainty != .certain {
      try promise(
        draft.doubts.contains { $0.hasPrefix("\(column.column.rawValue):") },
        "\(column.column.rawValue) is not certain, and no doubt says so")
    }
    try check(draft, Array(first))
  }

  /// The text that is printed says what the draft says, and reads as any layout does.
  private static func check(_ draft: LayoutDraft, _ file: [UInt8]) throws(BrokenPromise) {
    let text = draft.layoutText
    try promise(
      text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control },
      "control characters in the layout")
    var meant: Layout?
    var refusal = ""
    do throws(LayoutError) { meant = try draft.layout() } catch { refusal = "\(error)" }
    let read: Layout
    do throws(ConfigurationError) {
      read = try LayoutFile.read(text: text, name: "guess")
    } catch {
      // Names with such characters may look like anchors of YAML.
      let isLikeAnchor = text.contains("&") && text.contains("*")
      try promise(meant == nil || isLikeAnchor, "the text is refused: \(error)")
      return
    }
    try promise(meant == read, "the text says something else; \(refusal)\n\(text)")
    try ParserInput.check(file, read, UInt8(truncatingIfNeeded: file.count))
  }
}
