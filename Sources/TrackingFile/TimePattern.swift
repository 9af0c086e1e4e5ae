import Carrier

/// A pattern of a time: parts such as `yyyy`, and literal characters. Letters stand in quotes, as in
/// `d/M/yyyy HH'h'mm`; two quotes stand for one. A `T` needs none.
///
/// `yy` are the years 2000 to 2099. `d`, `M`, `H` and `h` have one or two digits, all other numbers as many as
/// they have letters. `hh` and `h` need `a` (`AM` or `PM`). `SSS`, a fraction of a second, is read and dropped.
/// `XXX` is an offset: `Z`, `+02:00`, `+0200` or `+02`.
public struct TimePattern: Hashable, Sendable {
  enum Part: Hashable, Sendable {
    case year, shortYear, month, day, hour, halfDayHour, minute, second, milliseconds, halfDay,
      offset
    /// The same as `month` and so on, but of one digit or two.
    case anyMonth, anyDay, anyHour, anyHalfDayHour
    case literal(UInt8)
  }

  public let text: String
  let parts: [Part]
  let precision: EventTime.Precision

  /// Longer ones first, so that `MM` is not two `M`.
  private static let names: [(String, Part)] = [
    ("yyyy", .year), ("yy", .shortYear), ("MM", .month), ("M", .anyMonth), ("dd", .day),
    ("d", .anyDay), ("HH", .hour), ("H", .anyHour), ("hh", .halfDayHour), ("h", .anyHalfDayHour),
    ("mm", .minute), ("ss", .second), ("SSS", .milliseconds), ("a", .halfDay), ("XXX", .offset),
  ]

  /// What a pattern may have, as messages list it.
  public static let known = "yyyy yy MM M dd d HH H hh h mm ss SSS a XXX"

  /// - Throws: `LayoutError` that names the character that is not understood, or what is missing or there twice.
  public init(_ text: String) throws(LayoutError) {
    self.text = text
    parts = try Self.parts(of: text)
    try Self.check(parts, of: text)
    precision =
      parts.contains(.second) ? .second : parts.contains(.minute) ? .minute : .day
  }

  private static func refusal(_ text: String, _ reason: String) -> LayoutError {
    LayoutError(key: "time-formats", reason: "has \"\(text)\", \(reason)")
  }

  private static func parts(of text: String) throws(LayoutError) -> [Part] {
    guard text.utf8.count <= longest else {
      throw LayoutError(
        key: "time-formats", reason: "has a pattern of more than \(longest) bytes")
    }
    var parts: [Part] = []
    var rest = Substring(text)
    var isQuoted = false
    while let next = rest.first {
      let place = text.distance(from: text.startIndex, to: rest.startIndex) + 1
      if next == "'" {
        rest.removeFirst()
        if rest.first == "'" {
          parts.append(.literal(UInt8(ascii: "'")))
          rest.removeFirst()
        } else {
          isQuoted.toggle()
        }
      } else if !isQuoted, let (name, part) = names.first(where: { rest.hasPrefix($0.0) }) {
        parts.append(part)
        rest.removeFirst(name.count)
        if rest.first == next {
          let run = name + rest.prefix { $0 == next }
          throw refusal(
            text, "whose \(run) from character \(place) on is not understood; known are \(known)")
        }
      } else if isQuoted || !next.isLetter || next == "T" {
        parts += Array(String(next).utf8).map { .literal($0) }
        rest.removeFirst()
      } else {
        throw refusal(
          text,
          "whose \(next), character \(place), is not understood; known are auto, epoch-seconds, "
            + "epoch-milliseconds, and patterns of \(known); other letters stand in quotes, "
            + "as in HH'h'mm")
      }
    }
    if isQuoted { throw refusal(text, "which has a ' without its second one") }
    return parts
  }

  private static let longest = 100

  private static func check(_ parts: [Part], of text: String) throws(LayoutError) {
    // The same part in all its forms, as a message names it.
    let groups: [(name: String, parts: Set<Part>)] = [
      ("year (yyyy or yy)", [.year, .shortYear]), ("month (MM or M)", [.month, .anyMonth]),
      ("day (dd or d)", [.day, .anyDay]),
      ("hour (HH, H, hh or h)", [.hour, .anyHour, .halfDayHour, .anyHalfDayHour]),
      ("minute (mm)", [.minute]), ("second (ss)", [.second]), ("fraction (SSS)", [.milliseconds]),
      ("half of the day (a)", [.halfDay]), ("offset (XXX)", [.offset]),
    ]
    let counts = groups.map { group in parts.count { group.parts.contains($0) } }
    for (group, count) in zip(groups, counts) where count > 1 {
      throw refusal(text, "which has the \(group.name) twice")
    }
    for index in 0...2 where counts[index] == 0 {
      throw refusal(text, "which has no \(groups[index].name)")
    }
    // Hour, minute, second, fraction: none without the one before it; an hour not without minutes.
    for (finer, coarser) in [(3, 4), (4, 3), (5, 4), (6, 5), (8, 3)]
    where counts[finer] > 0 && counts[coarser] == 0 {
      throw refusal(text, "which has the \(groups[finer].name) without the \(groups[coarser].name)")
    }
    let isOfHalfDays = parts.contains { [.halfDayHour, .anyHalfDayHour].contains($0) }
    guard isOfHalfDays == parts.contains(.halfDay) else {
      throw refusal(
        text,
        isOfHalfDays
          ? "which has the hour hh or h without a (AM or PM); for 24 hours write HH"
          : "which has a (AM or PM) without the hour hh or h")
    }
    let open: Set<Part> = [.anyMonth, .anyDay, .anyHour, .anyHalfDayHour]
    for (part, next) in zip(parts, parts.dropFirst()) where open.contains(part) && next.isNumber {
      throw refusal(
        text, "where a number of one or two digits is followed by digits: nothing shows its end")
    }
  }
}

extension TimePattern.Part {
  /// Whether it begins with a digit.
  fileprivate var isNumber: Bool {
    switch self {
    case .literal(let byte): byte.isASCIIDigit
    case .halfDay, .offset: false
    default: true
    }
  }

  /// The fewest and most digits of a number.
  var digits: ClosedRange<Int> {
    switch self {
    case .year: 4...4
    case .milliseconds: 3...3
    case .anyMonth, .anyDay, .anyHour, .anyHalfDayHour: 1...2
    case .literal, .halfDay, .offset: 0...0
    default: 2...2
    }
  }
}
