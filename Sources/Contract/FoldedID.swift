/// A part of an account pair in lower case: up to sixteen bytes of ASCII in one number, the first in
/// the highest byte, zero after the last.
struct FoldedID: Hashable, Sendable {
  private let bytes: UInt128

  /// - Parameter text: only its first sixteen bytes count.
  init(_ text: String) {
    var bytes: UInt128 = 0
    var shift = 128
    for byte in text.utf8.prefix(16) {
      shift -= 8
      let isUpper = byte &- UInt8(ascii: "A") < 26
      bytes |= UInt128(isUpper ? byte | 0x20 : byte) << UInt128(shift)
    }
    self.bytes = bytes
  }

  var count: Int { 16 - bytes.trailingZeroBitCount / 8 }

  /// A mistake in one place that makes one text of another.
  enum Edit: Hashable, Sendable {
    case replaced, missing, extra
    /// Two neighbours.
    case swapped
  }

  /// The one mistake that makes `other` of this text; nil where they are equal, or it takes more.
  func edit(to other: FoldedID) -> Edit? {
    let different = bytes ^ other.bytes
    guard different != 0 else { return nil }
    let first = different.leadingZeroBitCount / 8
    switch other.count - count {
    case 0:
      let last = 15 - different.trailingZeroBitCount / 8
      if first == last { return .replaced }
      let isSwapped =
        first + 1 == last && self[first] == other[last] && self[last] == other[first]
      return isSwapped ? .swapped : nil
    case 1: return isLonger(other, at: first, than: self) ? .extra : nil
    case -1: return isLonger(self, at: first, than: other) ? .missing : nil
    default: return nil
    }
  }

  private subscript(place: Int) -> UInt8 {
    UInt8(bytes >> UInt128(8 * (15 - place)) & 0xff)
  }

  /// Whether `longer` without its byte at `place`, up to which both are equal, is `shorter`.
  private func isLonger(_ longer: FoldedID, at place: Int, than shorter: FoldedID) -> Bool {
    let rest = UInt128.max >> UInt128(8 * place)
    return (longer.bytes << 8) & rest == shorter.bytes & rest
  }
}
