import Carrier

/// A pattern of `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss` and literal characters.
public struct TimePattern: Hashable, Sendable {
  enum Part: Hashable, Sendable {
    case year, month, day, hour, minute, second
    case literal(UInt8)
  }

  public let text: String
  let parts: [Part]
  /// How many bytes a time of this pattern has.
  let length: Int
  let precision: EventTime.Precision

  /// - Returns: nil if year, month or day is missing, if a part is there twice, or if there is
  ///   another letter.
  public init?(_ text: String) {
    var rest = Substring(text)
    var parts: [Part] = []
    let names: [(String, Part)] = [
      ("yyyy", .year), ("MM", .month), ("dd", .day), ("HH", .hour), ("mm", .minute),
      ("ss", .second),
    ]
    while let next = rest.first {
      if let (name, part) = names.first(where: { rest.hasPrefix($0.0) }) {
        guard !parts.contains(part) else { return nil }
        parts.append(part)
        rest.removeFirst(name.count)
      } else if let byte = next.asciiValue, !next.isLetter || next == "T" {
        parts.append(.literal(byte))
        rest.removeFirst()
      } else {
        return nil
      }
    }
    guard [.year, .month, .day].allSatisfy(parts.contains),
      parts.contains(.hour) == parts.contains(.minute),
      parts.contains(.minute) || !parts.contains(.second)
    else { return nil }
    self.text = text
    self.parts = parts
    length = parts.reduce(0) { $0 + $1.length }
    precision =
      parts.contains(.second) ? .second : parts.contains(.minute) ? .minute : .day
  }
}

extension TimePattern.Part {
  var length: Int {
    switch self {
    case .year: 4
    case .literal: 1
    default: 2
    }
  }
}
