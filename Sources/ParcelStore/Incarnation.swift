/// The identity of a store, to which its `seq` belong.
///
/// A backup goes on with numbers that the original has given to other events meanwhile. So each
/// copy has an incarnation of its own, and a position may name the store that it belongs to.
public struct Incarnation: Hashable, Sendable, CustomStringConvertible {
  public let description: String

  /// - Returns: nil unless the text is 1 to 64 letters, digits, `-` and `_`.
  public init?(_ text: some StringProtocol) {
    let isGood = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard isGood, (1...64).contains(text.utf8.count) else { return nil }
    description = String(text)
  }

  /// A new one, which no other store has.
  public static func random() -> Incarnation {
    let number = UInt64.random(in: .min ... .max)
    let digits = String(number, radix: 16)
    return Incarnation(unchecked: String(repeating: "0", count: 16 - digits.count) + digits)
  }

  private init(unchecked text: String) { description = text }
}
