import Carrier
import Views

/// Looks whether each name of a template is one that a message has.
struct TemplateCheck {
  private(set) var problems: [TemplateFault.Problem] = []
  /// What a name may mean inside the sections that are open, the innermost last.
  private var scopes: [Scope] = [.message]

  private enum Scope {
    case message, data
    /// A value that has no names in it.
    case value

    subscript(name: String) -> Scope? {
      switch self {
      case .message:
        TemplateCheck.namesOfMessage.contains(name) ? (name == "data" ? .data : .value) : nil
      case .data: EventMessage.keys.contains(name) ? .value : nil
      case .value: nil
      }
    }
  }

  private static let namesOfMessage = ["type", "timestamp", "data"]

  /// All of them, as they are written outside of sections.
  static let names = namesOfMessage + EventMessage.keys.map { "data.\($0)" }

  init(_ text: String) {
    for tag in TemplateTags(text) {
      switch tag.kind {
      case .variable: _ = meaning(of: tag)
      // What is not known is named once, and not again for what stands in it.
      case .section: scopes.append(meaning(of: tag) ?? .value)
      case .end: if scopes.count > 1 { scopes.removeLast() }
      case .part:
        fail(tag, "parts of other templates can't be used here: write all of it into this file")
      case .pragma:
        fail(tag, "the end of the file's name says what is written, such as .txt.mustache")
      }
    }
  }

  /// - Returns: nil where there is no such thing; then it has been named.
  private mutating func meaning(of tag: TemplateTags.Tag) -> Scope? {
    let parts = tag.name.split(separator: "(", omittingEmptySubsequences: false).map(String.init)
    let name = parts.last.map { String($0.prefix { $0 != ")" }) } ?? ""
    for transform in parts.dropLast() where transform != TemplateValue.transform {
      fail(tag, "\(singleLine(transform))() is not known; there is json(NAME)")
      return nil
    }
    if parts.count > 2 {
      fail(tag, "json() can be used only once")
      return nil
    }
    guard let found = lookUp(name) else {
      fail(tag, "{{\(singleLine(tag.name))}} is nothing that a message has" + hint(name))
      return nil
    }
    return parts.count > 1 ? .value : found
  }

  /// As Mustache does it: the first part of a name is looked for from the inside out, the others in what it is.
  private func lookUp(_ name: String) -> Scope? {
    guard let innermost = scopes.last else { return nil }
    if name == "." { return innermost }
    let parts = name.split(separator: ".").map(String.init)
    guard let first = parts.first else { return nil }
    let from = name.hasPrefix(".") ? [innermost] : scopes.reversed()
    var found = from.lazy.compactMap { $0[first] }.first
    for part in parts.dropFirst() { found = found?[part] }
    return found
  }

  private func hint(_ name: String) -> String {
    // Whoever forgot `data.` has the name itself right.
    let last = name.split(separator: ".").last.map(String.init) ?? name
    if EventMessage.keys.contains(last) { return "; did you mean data.\(last)?" }
    let word = name.nearest(among: Self.names) ?? last.nearest(among: EventMessage.keys)
    guard let word else { return "; there are " + Self.names.joined(separator: ", ") }
    return "; did you mean \(Self.names.contains(word) ? word : "data.\(word)")?"
  }

  private mutating func fail(_ tag: TemplateTags.Tag, _ sentence: String) {
    problems.append(TemplateFault.Problem(place: tag.place, sentence: sentence))
  }
}
