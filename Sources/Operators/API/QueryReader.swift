import Carrier
import Views

/// Reads the parameters of a URL; one that is not asked for is refused, as nothing that is asked is ignored.
struct QueryReader {
  private let all: [(name: String, value: String)]
  private var known: [String] = []

  init(_ asked: Asked) { self.init(asked.query) }

  init(_ query: [(name: String, value: String)]) { all = query }

  /// The value of a parameter that may stand once.
  mutating func text(_ name: String) throws(Problem) -> String? {
    known.append(name)
    let values = all.filter { $0.name == name }.map(\.value)
    guard values.count <= 1 else {
      throw .badParameter("\(name) stands \(values.count) times: give it once")
    }
    return values.first
  }

  /// The values of a parameter that may stand several times.
  mutating func texts(_ name: String) -> [String] {
    known.append(name)
    return all.filter { $0.name == name }.map(\.value)
  }

  /// `?open`, `?open=1` and `?open=true` are yes.
  mutating func flag(_ name: String) throws(Problem) -> Bool {
    switch try text(name)?.lowercased() {
    case nil, "0", "false", "no": return false
    case "", "1", "true", "yes": return true
    case let other?:
      throw .badParameter("\(name) is 1 or 0, not \"\(singleLine(other))\"")
    }
  }

  /// A whole number.
  mutating func number(_ name: String, _ range: ClosedRange<Int>) throws(Problem) -> Int? {
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
    try value(name, "time: write 2026-08-28, RFC 3339, or an age such as 72h") {
      AskedTime($0, now: now)
    }
  }

  /// Refuses what was not read.
  func finish() throws(Problem) {
    guard let other = all.first(where: { !known.contains($0.name) }) else { return }
    let hint =
      other.name.nearest(among: known).map { "did you mean \($0)? There are " } ?? "there are "
    throw .badParameter(
      "there is no parameter \(singleLine(other.name)); "
        + (known.isEmpty ? "there are none here" : hint + known.joined(separator: ", ")))
  }
}
