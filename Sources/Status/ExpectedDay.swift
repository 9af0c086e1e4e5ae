import Carrier

extension CalendarDay {
  /// The first `dd/MM/yyyy` of a carrier's label.
  ///
  /// ```swift
  /// CalendarDay(in: FoldedText("Votre rendez-vous est confirmé. le 31/08/2026"))  // 2026-08-31
  /// ```
  /// - Returns: nil when there is none, or when the calendar has no such day, such as 31/02/2026.
  init?(in label: FoldedText) {
    let bytes = label.bytes
    let length = 10
    let slash = UInt8(ascii: "/")
    for start in bytes.indices where start + length <= bytes.count {
      let end = start + length
      // Digits at either side make it a part of something else, such as a reference.
      let standsAlone =
        (start == 0 || !bytes[start - 1].isASCIIDigit)
        && (end == bytes.count || !bytes[end].isASCIIDigit)
      guard standsAlone, bytes[start + 2] == slash, bytes[start + 5] == slash,
        let day = Self.number(bytes[start..<start + 2]),
        let month = Self.number(bytes[start + 3..<start + 5]),
        let year = Self.number(bytes[start + 6..<end])
      else { continue }
      self.init(year: year, month: month, day: day)
      return
    }
    return nil
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard digits.allSatisfy(\.isASCIIDigit) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }
}
