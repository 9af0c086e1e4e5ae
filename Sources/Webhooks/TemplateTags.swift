/// The tags of a template that Mustache can read. Mustache itself passes over a name that it does not find, so a slip
/// of the pen would show only in what an endpoint gets.
struct TemplateTags: Sequence, IteratorProtocol {
  struct Tag {
    enum Kind {
      case variable, section, end
      /// `{{> NAME}}`, `{{< NAME}}` or `{{$ NAME}}`: a part of another template.
      case part
      /// `{{% …}}`
      case pragma
    }

    var kind: Kind
    /// As it is written, with what is to be made of it: `json(data.label)`.
    var name: String
    var place: TemplateFault.Place
    /// What stands between its delimiters, in the text.
    var content: Range<String.Index>
  }

  private var rest: Substring
  private var (open, close) = ("{{", "}}")
  private var place = TemplateFault.Place(line: 1, column: 1)

  init(_ text: String) { rest = text[...] }

  mutating func next() -> Tag? {
    while let start = rest.firstRange(of: open) {
      pass(to: start.lowerBound)
      let begin = place
      pass(to: start.upperBound)
      let sign = rest.first
      // What is written unescaped ends with one brace more.
      let end = (sign == "{" ? "}" : "") + close
      guard let stop = rest.firstRange(of: end) else { return nil }
      let content = rest[..<stop.lowerBound]
      let tag = { (kind: Tag.Kind, name: String) in
        Tag(kind: kind, name: name, place: begin, content: content.startIndex..<content.endIndex)
      }
      pass(to: stop.upperBound)
      let name = String(content.dropFirst()).trimmed
      switch sign {
      case "!": continue
      case "=": setDelimiters(name)
      case "#", "^": return tag(.section, name)
      case "/": return tag(.end, name)
      case ">", "<", "$": return tag(.part, name)
      case "%": return tag(.pragma, name)
      case "{", "&": return tag(.variable, name)
      default: return tag(.variable, String(content).trimmed)
      }
    }
    return nil
  }

  /// `<% %>=`, of which the last sign belongs to the tag.
  private mutating func setDelimiters(_ text: String) {
    let words = text.split { $0.isWhitespace || $0 == "=" }
    guard words.count == 2 else { return }
    (open, close) = (String(words[0]), String(words[1]))
  }

  private mutating func pass(to index: Substring.Index) {
    for character in rest[..<index] {
      place.column += 1
      if character.isNewline { place = TemplateFault.Place(line: place.line + 1, column: 1) }
    }
    rest = rest[index...]
  }
}

extension TemplateTags {
  /// A text with the blanks around parentheses behind them, as Mustache takes a name with blanks in it for none:
  /// `{{json( data.site )}}` is `{{json(data.site)  }}`. All else stays where it was.
  static func movingBlanks(in text: String) -> String {
    var result = ""
    var end = text.startIndex
    for tag in TemplateTags(text) {
      result += text[end..<tag.content.lowerBound]
      result += movingBlanks(ofTag: text[tag.content])
      end = tag.content.upperBound
    }
    return result + text[end...]
  }

  private static func movingBlanks(ofTag content: Substring) -> String {
    var (kept, blanks, moved) = ("", "", "")
    for character in content {
      guard !character.isWhitespace else {
        blanks.append(character)
        continue
      }
      if "()".contains(character) || kept.hasSuffix("(") || kept.hasSuffix(")") {
        moved += blanks
      } else {
        kept += blanks
      }
      blanks = ""
      kept.append(character)
    }
    return kept + blanks + moved
  }
}

extension String {
  fileprivate var trimmed: String {
    let start = drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
