/// The form of a written time: its numbers, and what stands between them.
struct TimeShape: Hashable {
  enum Part: Hashable {
    /// A number of one or two digits (2), or of exactly so many.
    case digits(Int)
    case text(String)
    /// AM or PM.
    case half
    /// `Z`, `+02:00`.
    case offset
  }

  var parts: [Part]

  /// The longest time that is looked at, in bytes.
  private static let longest = 40

  /// - Parameter numbers: gets the numbers with how many digits each has.
  /// - Returns: nil if it is nothing like a time.
  init?(_ value: String, _ numbers: inout [(value: Int, count: Int)]) {
    guard (4...Self.longest).contains(value.utf8.count) else { return nil }
    var rest = Substring(value)
    numbers = []
    parts = []
    var tail: [Part] = []
    if let (short, offset) = Self.withoutOffset(rest) {
      rest = short
      tail = [offset]
    }
    let upper = rest.uppercased()
    for half in ["AM", "PM", "A.M.", "P.M."]
    where upper.hasSuffix(half) && upper.utf8.count == rest.utf8.count {
      rest = rest.dropLast(half.count)
      tail = [.half]
      break
    }
    while let first = rest.first {
      if first.isASCII, first.isNumber {
        let run = rest.prefix { $0.isASCII && $0.isNumber }
        guard run.count <= 14, let number = Int(run) else { return nil }
        numbers.append((number, run.count))
        parts.append(.digits(max(2, run.count)))
        rest = rest.dropFirst(run.count)
      } else {
        let run = rest.prefix { !($0.isASCII && $0.isNumber) }
        guard run.utf8.count <= 4 else { return nil }
        parts.append(.text(String(run)))
        rest = rest.dropFirst(run.count)
      }
    }
    parts += tail
    guard !numbers.isEmpty, numbers.count <= 7 else { return nil }
  }

  /// A time of day with a colon may have an offset at its end.
  private static func withoutOffset(_ text: Substring) -> (Substring, Part)? {
    guard text.contains(":") else { return nil }
    if text.last == "Z" || text.last == "z" { return (text.dropLast(), .offset) }
    guard let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }),
      let colon = text.firstIndex(of: ":"), colon < sign
    else { return nil }
    let offset = text[text.index(after: sign)...]
    guard (2...5).contains(offset.count), offset.allSatisfy({ $0.isNumber || $0 == ":" }) else {
      return nil
    }
    return (text[..<sign], .offset)
  }
}
