/// Looks at YAML before it is parsed: would it take the parser hours?
///
/// Yams compares the keys of a mapping while it parses, and walks all that stands in a key once for
/// each key around it. Keys that are lists or sections, and aliases in them, make that quadratic or
/// worse; and so do many marks on one letter, which are sorted wherever texts are compared. This is no
/// scanner of YAML: it finds at least all such keys and aliases, and in texts that people write nothing
/// else.
struct YAMLIndicators {
  /// The first anchor that an alias may name.
  private(set) var anchor: ConfigurationProblem.Place?
  /// The first key too many that is more than a word.
  private(set) var key: ConfigurationProblem.Place?
  /// The first mark too many on one letter.
  private(set) var mark: ConfigurationProblem.Place?

  /// Keys after `?`: each may be as long as the file.
  private static let mostMarkedKeys = 4
  /// Keys that end with a bracket: each has at most 1,024 characters.
  private static let mostBracketKeys = 100
  /// Unicode's own limit for streams is 30; an escape such as `\u0301` may be a mark.
  private static let mostMarks = 100

  init(_ text: String) {
    var anchors: [String: ConfigurationProblem.Place] = [:]
    var aliases: Set<String> = []
    var place = ConfigurationProblem.Place(line: 1, column: 0)
    var before: Unicode.Scalar = "\n"
    var name: (text: String, isAnchor: Bool, place: ConfigurationProblem.Place)?
    var markedKeys = 0
    var bracketKeys = 0
    var marks = 0
    var escapeDigits = 0

    func end() {
      guard let found = name, !found.text.isEmpty else { return }
      if found.isAnchor {
        anchors[found.text] = anchors[found.text] ?? found.place
      } else {
        aliases.insert(found.text)
      }
    }

    for scalar in text.unicodeScalars {
      place.column += 1
      if Self.isOfName(scalar) {
        name?.text.unicodeScalars.append(scalar)
      } else {
        end()
        name = nil
      }
      if escapeDigits > 0, scalar.properties.isASCIIHexDigit {
        escapeDigits -= 1
      } else {
        escapeDigits = before == "\\" ? ["x": 2, "u": 4, "U": 8][scalar] ?? 0 : 0
        if escapeDigits > 0 || Self.isMark(scalar) {
          marks += 1
          if marks > Self.mostMarks, mark == nil { mark = place }
        } else if scalar != "\\", !Self.isBlankOrBreak(scalar) {
          marks = 0
        }
      }
      switch scalar {
      case "&": name = ("", true, place)
      case "*" where Self.beginsNode(after: before): name = ("", false, place)
      case "?" where Self.beginsNode(after: before):
        markedKeys += 1
        if markedKeys > Self.mostMarkedKeys, key == nil { key = place }
      case ":" where before == "]" || before == "}":
        bracketKeys += 1
        if bracketKeys > Self.mostBracketKeys, key == nil { key = place }
      case _ where Self.isBreak(scalar):
        place = ConfigurationProblem.Place(
          line: scalar == "\n" && before == "\r" ? place.line : place.line + 1, column: 0)
      default: break
      }
      if scalar != " ", scalar != "\t" { before = scalar }
    }
    end()
    anchor = anchors.filter { aliases.contains($0.key) }.map(\.value)
      .min { ($0.line, $0.column) < ($1.line, $1.column) }
  }

  /// What names of anchors are made of.
  private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
    default: false
    }
  }

  /// Whether a value or a key may begin behind a scalar and blanks.
  private static func beginsNode(after scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "[", "{", ",", "-", ":", "?": true
    default: isBreak(scalar)
    }
  }

  private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
  }

  private static func isBlankOrBreak(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || isBreak(scalar)
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered
  }
}
