import Carrier
import Yams

/// A mapping of the configuration. Readers name the keys that they know; what is left over at the end
/// is reported with the nearest known key.
final class YAMLSection {
  private let node: Node?
  /// The path of keys that leads here, such as `source`.
  let name: String
  let problems: ProblemList
  private var known: Set<String> = []
  /// By key, for a status map may have thousands.
  private lazy var children: [String: Node] = {
    guard case .mapping(let mapping)? = node else { return [:] }
    let pairs = mapping.compactMap { key, value in key.scalar.map { ($0.string, value) } }
    return Dictionary(pairs) { first, _ in first }
  }()

  init(node: Node?, name: String, problems: ProblemList) {
    self.node = node
    self.name = name
    self.problems = problems
  }

  /// One value with its place.
  struct Value {
    var text: String
    var place: ConfigurationProblem.Place?
  }

  var place: ConfigurationProblem.Place? { node?.place }

  var keys: [String] {
    guard case .mapping(let mapping)? = node else { return [] }
    return mapping.keys.compactMap(\.scalar?.string)
  }

  /// The place of a key's value, or of the section where the key is missing.
  func place(of key: String) -> ConfigurationProblem.Place? { child(key)?.place ?? place }

  func has(_ key: String) -> Bool { child(key) != nil }

  private func child(_ key: String) -> Node? {
    known.insert(key)
    return children[key]
  }

  private func path(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }

  func fail(_ key: String, _ sentence: String) {
    problems.add("\(path(key)) \(sentence)", of: path(key), at: place(of: key))
  }

  /// The same of one of several values.
  func fail(_ key: String, at place: ConfigurationProblem.Place?, _ sentence: String) {
    problems.add("\(path(key)) \(sentence)", of: path(key), at: place)
  }

  /// The text of a scalar; nil where the key is missing or its value is something else.
  func value(_ key: String) -> Value? {
    guard let child = child(key) else { return nil }
    guard case .scalar(let scalar) = child else {
      fail(key, "must be one value")
      return nil
    }
    if scalar.style == .plain, ["", "~", "null"].contains(scalar.string) {
      fail(key, "has no value")
      return nil
    }
    return Value(text: scalar.string, place: child.place)
  }

  func text(_ key: String) -> String? { value(key)?.text }

  /// A text that says something: no key has a meaning with blanks alone.
  func wordValue(_ key: String) -> Value? {
    guard let value = value(key) else { return nil }
    guard value.text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
      fail(key, "must not be empty")
      return nil
    }
    return value
  }

  func word(_ key: String) -> String? { wordValue(key)?.text }

  /// The same, of a key that must be there.
  func requiredWord(_ key: String) -> String {
    guard has(key) else {
      missing(key)
      return ""
    }
    return word(key) ?? ""
  }

  /// Whether none of some keys is there, be it misspelt.
  func lacks(_ keys: String...) -> Bool { !keys.contains { has($0) || isRefused($0) } }

  /// A text that must be there.
  func required(_ key: String) -> String {
    guard has(key) else {
      missing(key)
      return ""
    }
    return text(key) ?? ""
  }

  func missing(_ key: String) {
    problems.addMissing(path(key), at: place ?? .init(line: 1, column: 1))
  }

  /// A list of texts; a single text counts as a list of one.
  func texts(_ key: String) -> [Value]? {
    guard let child = child(key) else { return nil }
    switch child {
    case .scalar:
      return value(key).map { [$0] }
    case .sequence(let sequence):
      var values: [Value] = []
      for element in sequence {
        guard case .scalar(let scalar) = element else {
          problems.add("\(path(key)) must be a list of values", of: path(key), at: element.place)
          continue
        }
        values.append(Value(text: scalar.string, place: element.place))
      }
      return values
    default:
      fail(key, "must be a list of values")
      return nil
    }
  }

  func section(_ key: String) -> YAMLSection? {
    guard let child = child(key) else { return nil }
    guard case .mapping = child else {
      fail(key, "must have keys and values")
      return nil
    }
    return YAMLSection(node: child, name: path(key), problems: problems)
  }

  /// The section of a key; nil, without a word, when its value is something else.
  func sectionOrNothing(_ key: String) -> YAMLSection? {
    guard case .mapping? = child(key) else { return nil }
    return section(key)
  }

  /// A section that must be there; an empty one stands for a missing one, after it was reported.
  func requiredSection(_ key: String) -> YAMLSection {
    if !has(key) { missing(key) }
    return section(key) ?? YAMLSection(node: nil, name: path(key), problems: ProblemList(file: ""))
  }

  /// Whether the value of a key is a list.
  func isList(_ key: String) -> Bool {
    guard case .sequence? = child(key) else { return false }
    return true
  }

  /// The sections of a list, or nil when the key is missing.
  /// - Parameter sentence: what is said where an element is something else.
  func sections(
    _ key: String, otherwise sentence: String = "must be a list of keys and values"
  ) -> [YAMLSection]? {
    guard let child = child(key) else { return nil }
    guard case .sequence(let sequence) = child else {
      fail(key, "must be a list")
      return nil
    }
    return sequence.enumerated().compactMap { index, element in
      guard case .mapping = element else {
        problems.add("\(path(key)) \(sentence)", of: path(key), at: element.place)
        return nil
      }
      return YAMLSection(node: element, name: "\(path(key))[\(index)]", problems: problems)
    }
  }

  func flag(_ key: String) -> Bool? {
    guard let value = value(key) else { return nil }
    switch value.text {
    case "true": return true
    case "false": return false
    default:
      fail(key, "must be true or false, not \"\(value.text)\"")
      return nil
    }
  }

  func integer(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard let value = value(key) else { return nil }
    guard let number = Int(value.text), range.contains(number) else {
      fail(
        key,
        "must be a number from \(range.lowerBound) to \(range.upperBound), not \"\(value.text)\"")
      return nil
    }
    return number
  }

  /// `30s`, `15m`, `72h` or `400d`.
  func duration(_ key: String) -> Duration? {
    guard let value = value(key) else { return nil }
    guard let duration = Duration(configuration: value.text) else {
      fail(key, "must be a time such as 30s, 15m, 72h or 400d, not \"\(value.text)\"")
      return nil
    }
    return duration
  }

  /// One of a few words.
  func choice<T>(_ key: String, _ choices: [(String, T)]) -> T? {
    guard let value = value(key) else { return nil }
    guard let choice = choices.first(where: { $0.0 == value.text }) else {
      let words = choices.map(\.0).joined(separator: ", ")
      fail(key, "must be one of \(words), not \"\(value.text)\"")
      return nil
    }
    return choice.1
  }

  /// Reports keys that are not known. Call it after all of the section was read.
  func refuseOtherKeys() {
    guard case .mapping(let mapping)? = node else { return }
    for (key, _) in mapping {
      let text = key.scalar?.string ?? "?"
      guard !known.contains(text) else { continue }
      if problems.isFull { return }
      let nearest = nearestKey(to: text)
      let hint = nearest.map { "; did you mean \($0)?" } ?? ""
      problems.add("unknown key \(path(text))\(hint)", at: key.place)
      if let nearest { problems.isMisspelt(path(nearest)) }
    }
  }
}

extension YAMLSection {
  /// The known key that was probably meant.
  private func nearestKey(to text: String) -> String? { text.nearest(among: known) }

  /// Whether something is wrong with the value of a key.
  func isRefused(_ key: String) -> Bool { problems.isRefused(path(key)) }
}

extension Node {
  var place: ConfigurationProblem.Place? {
    mark.map { ConfigurationProblem.Place(line: $0.line, column: $0.column) }
  }
}
