import Carrier

/// Looks for the numbers of some parcels in the bytes of lines, as people and files write them: also with blanks or
/// one of `-./'` in them, in small letters, or with a postcode after them. It finds no number that only begins alike, as
/// what is found is erased.
package struct ErasedNumbers: Sendable {
  private var numbers: Set<[UInt8]> = []
  /// Each length once, the shortest first.
  private var lengths: [Int] = []

  package init(_ parcels: some Sequence<ParcelNumber>) {
    for parcel in parcels { numbers.insert(Array(parcel.description.utf8)) }
    lengths = Set(numbers.map(\.count)).sorted()
  }

  package var isEmpty: Bool { numbers.isEmpty }

  package func isAnyFound(in line: UnsafeRawBufferPointer) -> Bool {
    guard let longest = lengths.last else { return false }
    var word: [UInt8] = []
    var isInWord = false
    for start in line.indices {
      let byte = line[start]
      // What goes before a number must not be part of a longer word.
      if !isInWord, Self.isLetterOrDigit(byte) {
        word.removeAll(keepingCapacity: true)
        var end = start
        var hasSign = false
        while end < line.count, word.count < longest {
          if Self.isLetterOrDigit(line[end]) {
            word.append(Self.uppercased(line[end]))
            if lengths.contains(word.count), numbers.contains(word),
              Self.mayEnd(word.count, before: line[(end + 1)...]),
              !hasSign || !Self.goesOn(line, from: start, through: end)
            {
              return true
            }
          } else if Self.isSign(line[end]) {
            hasSign = true
          } else if !Self.isBlank(line[end]) {
            break
          }
          end += 1
        }
      }
      isInWord = Self.isLetterOrDigit(byte)
    }
    return false
  }

  package func isAnyFound(in line: [UInt8]) -> Bool {
    line.withUnsafeBytes { isAnyFound(in: $0) }
  }

  /// Whether one with at least as many characters as a number of Colis Privé stands anywhere, also within a longer
  /// word: in files of fixed width columns stand side by side. What is found may be another number.
  package func isAnyWithin(_ line: UnsafeRawBufferPointer) -> Bool {
    numbers.contains { number in
      guard number.count >= ParcelNumber.length, number.count <= line.count else { return false }
      return (0...line.count - number.count).contains { start in
        line[start] | 0x20 == number[0] | 0x20
          && number.indices.allSatisfy { Self.uppercased(line[start + $0]) == number[$0] }
      }
    }
  }

  /// Whether a number of this length may end here: at the end of a word, or where a postcode follows.
  private static func mayEnd(_ length: Int, before rest: Slice<UnsafeRawBufferPointer>) -> Bool {
    let more = rest.prefix { isLetterOrDigit($0) }
    if more.isEmpty { return true }
    guard length == ParcelNumber.length else { return false }
    let digits = more.drop { $0.isASCIILetter }
    return digits.count - 4 <= 1 && digits.count >= 4 && more.count - digits.count <= 1
      && digits.allSatisfy(\.isASCIIDigit)
  }

  /// Whether a further digit stands before or after a number with signs in it, with a sign between: then it is a part
  /// of a longer number.
  private static func goesOn(
    _ line: UnsafeRawBufferPointer, from start: Int, through end: Int
  ) -> Bool {
    (start >= 2 && isSign(line[start - 1]) && line[start - 2].isASCIIDigit)
      || (end + 2 < line.count && isSign(line[end + 1]) && line[end + 2].isASCIIDigit)
  }

  private static func uppercased(_ byte: UInt8) -> UInt8 {
    byte.isASCIILetter ? byte & 0xdf : byte
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit
  }

  private static func isSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
      || byte == UInt8(ascii: "'")
  }

  /// Also the two bytes of a no-break space.
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == 0xa0 || byte == 0xc2
  }
}
