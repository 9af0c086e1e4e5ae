import Carrier
import Views

/// Reads the parameters of a URL; one that is not asked for is refused, as nothing that is asked is ignored.
/// One without a value is as if it were not given, as forms send what was not filled in, too.
package struct QueryReader {
  private let all: [(name: String, value: String)]
  /// The names that stand alone, without `=`.
  private let flags: Set<String>
  private var known: [String] = []

  init(_ asked: Asked) { self.init(asked.query, flags: asked.flags) }

  package init(_ query: [(name: String, value: String)], flags: Set<String> = []) {
    all = query
    self.flags = flags
  }

  /// The value of a parameter that may stand once.
  package mutating func text(_ name: String) throws(Problem) -> String? {
    let values = texts(name)
    guard values.count <= 1 else {
      throw .badParameter("\(name) stands \(values.count) times: give it once")
    }
    return values.first
  }

  /// The values of a parameter that may stand several times.
  package mutating func texts(_ name: String) -> [String] {
    known.append(name)
    return all.filter { $0.name == name && !$0.value.isEmpty }.map(\.value)
  }

  /// `?open`, `?open=1` and `?open=true` are yes.
  package mutating func flag(_ name: String) throws(Problem) -> Bool {
    switch try text(name)?.lowercased() {
    case nil: return flags.contains(name)
    case "0", "false", "no": return false
    case "1", "true", "yes": return true
    case let other?:
      throw .badParameter("\(name) is 1 or 0, not \"\(singleLine(other))\"")
    }
  }

  /// A whole number.
  package mutating func number(_ name: String, _ range: ClosedRange<Int>) throws(Problem) -> Int? {
    guard let text = try text(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw .badParameter(
        "\(name) is a number from \(range.lowerBound) to \(range.upperBound), not \"\(singleLine(text))\""
      )
    }
    return number
  }

  /// A value with a text of its own, such as a cursor.
  mutating func value<T>(
    _ name: String, _ what: String, _ read: (String) -> T?
  ) throws(Problem) -> T? {
    guard let text = try text(name) else { return nil }
    guard let value = read(text) else {
      throw .badParameter("\(name): \"\(singleLine(text))\" is no \(what)")
    }
    return value
  }

  mutating func time(_ name: String, now: Int64) throws(Problem) -> AskedTime? {
    guard let text = try text(name) else { return nil }
    guard let time = AskedTime(text, now: now) else {
      var problem = Problem.badParameter(
        "\(name): \"\(singleLine(text))\" is no time: write 2026-08-28, RFC 3339, or an age such as 72h"
      )
      problem.cause = .question(.noTime(key: name, text: text))
      throw problem
    }
    return time
  }

  /// Refuses what was not read.
  package func finish() throws(Problem) {
    guard let other = all.first(where: { !known.contains($0.name) }) else { return }
    let hint =
      other.name.nearest(among: known).map { "did you mean \($0)? There are " } ?? "there are "
    throw .badParameter(
      "there is no parameter \(singleLine(other.name)); "
        + (known.isEmpty ? "there are none here" : hint + known.joined(separator: ", ")))
  }
}
