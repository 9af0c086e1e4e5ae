// Numbers of other carriers and older systems, which a layout admits with `number: any`.
//
// They have to fit into the twelve bytes of a number of Colis Privé, as all rows pay for longer ones. Up to
// twelve characters stand there as they are, with zeros after their end. The highest bit of a longer number is
// set, which no ASCII character has; after it comes one that tells digits from letters with digits, and then a
// value of 94 bits: up to 28 digits or 18 letters and digits. The few that are longer are kept in a table.
extension ParcelNumber {
  /// How many characters a number of any form has at most.
  public static let longest = 35

  /// Reads 1 to 35 letters and digits; blanks are ignored, and small letters count as capitals.
  public init?(any text: some StringProtocol) {
    let bytes = text.utf8.filter { $0 != UInt8(ascii: " ") }
    let number = bytes.withUnsafeBytes { Self(anyOf: $0) }
    guard let number else { return nil }
    self = number
  }

  /// The same, of bytes without blanks.
  package init?(anyOf bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, (1...Self.longest).contains(bytes.count) else {
      return nil
    }
    if bytes.count == Self.length {
      self.init(ascii: start)
      return
    }
    guard bytes.allSatisfy({ $0.isASCIIDigit || $0.isASCIILetter }) else { return nil }
    let text = bytes.map { $0.isASCIILetter ? $0 & 0xdf : $0 }
    if text.count < Self.length {
      let padded = text + [UInt8](repeating: 0, count: Self.length - text.count)
      self.init(word: padded.reduce(0) { $0 << 8 | UInt128($1) })
    } else if text.count <= Radix.digits.longest, text.allSatisfy(\.isASCIIDigit) {
      self.init(word: 0b11 << 94 | Radix.digits.value(of: text))
    } else if text.count <= Radix.lettersAndDigits.longest {
      self.init(word: 0b10 << 94 | Radix.lettersAndDigits.value(of: text))
    } else {
      self.init(word: UInt128(UInt64.max) << 32 | UInt128(LongNumbers.shared.index(of: text)))
    }
  }

  /// Whether it has the form of a number of Colis Privé.
  public var isColisPrive: Bool { high >> 63 == 0 && low & 0xff != 0 }

  private init(word: UInt128) {
    self.init(
      high: UInt64(truncatingIfNeeded: word >> 32), low: UInt32(truncatingIfNeeded: word))
  }

  /// Its characters.
  var characters: [UInt8] {
    let word = UInt128(high) << 32 | UInt128(low)
    guard high >> 63 == 1 else {
      return stride(from: 88, through: 0, by: -8)
        .map { UInt8(truncatingIfNeeded: word >> UInt128($0)) }.filter { $0 != 0 }
    }
    if high == .max { return LongNumbers.shared.text(at: low) }
    let radix = word >> 94 == 0b11 ? Radix.digits : Radix.lettersAndDigits
    return radix.text(of: word & (1 << 94 - 1))
  }
}

/// Texts as numbers without a zero, so that `0`, `00` and an empty text are three numbers.
private struct Radix {
  let characters: [UInt8]
  /// The longest text of which every value fits into 94 bits, the highest of which are not all set.
  let longest: Int

  static let digits = Radix(characters: Array("0123456789".utf8), longest: 28)
  static let lettersAndDigits = Radix(
    characters: Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8), longest: 18)

  func value(of text: [UInt8]) -> UInt128 {
    text.reduce(0) { value, character in
      let digit = character.isASCIIDigit ? character - 0x30 : character - 0x41 + 10
      return value * UInt128(characters.count) + UInt128(digit) + 1
    }
  }

  func text(of value: UInt128) -> [UInt8] {
    var text: [UInt8] = []
    var rest = value
    while rest > 0 {
      rest -= 1
      text.append(characters[Int(rest % UInt128(characters.count))])
      rest /= UInt128(characters.count)
    }
    return text.reversed()
  }
}
