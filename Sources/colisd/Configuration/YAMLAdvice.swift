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
    let indentation = line.prefix { $0 == " " || $0 == "\t" }
    if indentation.contains("\t") {
      return "a tab stands in front of this line: indent it with blanks instead, two for each level"
    }
    return known.first { reason.contains($0.words) }?.sentence
      ?? "this is no YAML (\(reason)): compare the line, and the one above it, with the sample"
  }

  /// The parser's words and ours; the first that fits is taken.
  private static let known: [(words: String, sentence: String)] = [
    (
      "mapping values are not allowed",
      "a second \": \" stands in this line, or the line is indented further than its section: write one "
        + "key: value per line, set keys of one section below each other, and put a value that has \": \" in "
        + "it in quotes"
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
      "did not find expected '-' indicator",
      "this line does not belong to the list above it: begin each entry of the list with \"- \", all at "
        + "the same indentation, or end the list by indenting less"
    ),
    (
      "block sequence entries are not allowed",
      "a list entry (\"- \") stands where none may: put it on a line of its own below its key"
    ),
    (
      "did not find expected ',' or ']'",
      "the list in [ ] is not closed before this place, or a comma is missing between two of its entries"
    ),
    (
      "did not find expected ',' or '}'",
      "the section in { } is not closed before this place, or a comma is missing between two of its keys"
    ),
    (
      "did not find expected node content",
      "a value is missing here: a list in [ ] or a section in { } is not closed or has a comma too many, "
        + "or a key has no value"
    ),
    (
      "found unexpected end of stream",
      "the file ends inside of quotes: close the text with the same quote with which it begins"
    ),
    (
      "found unexpected document indicator",
      "the file goes on after --- or ... although a quote is open: close it"
    ),
    (
      "found unknown escape character",
      "a \\ in double quotes has a meaning of its own: write \\\\, or use single quotes"
    ),
    (
      "found character that cannot start any token",
      "no value may begin with this character: put the value in quotes"
    ),
    (
      "did not find expected <document start>",
      "only one document of keys and values may stand in the file: indent this line like the first one, "
        + "or remove it"
    ),
    (
      "found undefined alias",
      "a value begins with * here, which YAML takes for a reference: put it in quotes"
    ),
    ("found a tab character", "a tab stands where blanks are needed: replace it with blanks"),
    (
      "did not find expected alphabetic or numeric character",
      "a value begins with * or & here, which YAML takes for a reference: put it in quotes"
    ),
    // The parser's own words for it advise a call of its interface.
    ("Maximum nesting level", "sections and lists are nested too deeply here"),
  ]
}
