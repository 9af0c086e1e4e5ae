import Yams

/// What the parser finds wrong with YAML, in words for people who write a configuration and have never
/// read how YAML is made.
enum YAMLAdvice {
  /// - Parameters:
  ///   - reason: the parser's own words.
  ///   - mark: where it stopped, which is often after the mistake.
  static func sentence(_ reason: String, at mark: Mark, in text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = lines.indices.contains(mark.line - 1) ? lines[mark.line - 1] : ""
    if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
      return "a tab stands in front of this line: indent it with blanks instead, two for each level"
    }
    return known.first { reason.contains($0.words) }?.sentence
      ?? "this is no YAML (\(reason)): compare the line, and the one above it, with the sample"
  }

  /// The parser's words for what people do wrong most, and ours.
  private static let known: [(words: String, sentence: String)] = [
    (
      "mapping values are not allowed",
      "a second \": \" stands in this line, or the line is indented further than its section: write one "
        + "key: value per line, and put a value that has \": \" in it in quotes"
    ),
    (
      "did not find expected key",
      "this line does not stand below the one before it: indent all keys of a section with the same "
        + "number of blanks, and look for a quote or bracket that is not closed"
    ),
    (
      "could not find expected ':'",
      "a key without its value ends here: write key: value, with \":\" and a blank after the key, and "
        + "close every quote above"
    ),
    (
      "expected ',' or ']'",
      "the list in [ ] is not closed before this place, or a comma is missing"
    ),
    (
      "expected ',' or '}'",
      "the section in { } is not closed before this place, or a comma is missing"
    ),
    ("unexpected end of stream", "the file ends inside of quotes: close them"),
    (
      "expected alphabetic or numeric character",
      "a value begins with * or & here, which YAML takes for a reference: put it in quotes"
    ),
    (
      "found undefined alias",
      "a value begins with * here, which YAML takes for a reference: quote it"
    ),
    // The parser's own words for it advise a call of its interface.
    ("Maximum nesting level", "sections and lists are nested too deeply here"),
  ]
}
