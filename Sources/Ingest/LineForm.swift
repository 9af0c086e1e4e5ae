/// How the lines of a text end, and how many bytes its characters have: what it takes to tell lines apart.
package struct LineForm: Sendable, Equatable {
  package enum Units: Sendable {
    case bytes, littleEndian, bigEndian

    var isWide: Bool { self != .bytes }
  }

  package var units = Units.bytes
  /// A line feed; or a carriage return in a text where the first one stands alone.
  package var end = UInt8(ascii: "\n")

  package init() {}

  /// A line end as it stands in the text.
  var endBytes: [UInt8] {
    switch units {
    case .bytes: [end]
    case .littleEndian: [end, 0]
    case .bigEndian: [0, end]
    }
  }

  /// Recognises the form as the readers of files do.
  /// - Parameters:
  ///   - beginning: of the text.
  ///   - isAll: whether the text ends there.
  /// - Returns: nil: more bytes are needed.
  package init?(of beginning: [UInt8], isAll: Bool) {
    guard beginning.count >= 4 || isAll else { return nil }
    units = Self.units(of: beginning)
    let text = units.isWide ? Self.narrowed(beginning, units) : beginning
    guard let first = text.firstIndex(where: { $0 == 0x0a || $0 == 0x0d }) else {
      if isAll || beginning.count >= Self.mostLooked { return }
      return nil
    }
    let rest = text[first...].drop { $0 == 0x0d }
    guard let next = rest.first else {
      guard isAll || beginning.count >= Self.mostLooked else { return nil }
      end = 0x0d
      return
    }
    if next != 0x0a { end = 0x0d }
  }

  /// A first line has an end by then.
  package static let mostLooked = 256 << 10

  private static func units(of bytes: [UInt8]) -> Units {
    guard bytes.count >= 2 else { return .bytes }
    switch (bytes[0], bytes[1]) {
    case (0xfe, 0xff): return .bigEndian
    case (0xff, 0xfe): return .littleEndian
    default: break
    }
    // Without a byte order mark: the zero bytes of two ASCII characters.
    let pairs = stride(from: 0, to: min(bytes.count, 4) - 1, by: 2).map {
      (bytes[$0], bytes[$0 + 1])
    }
    guard pairs.count == 2 else { return .bytes }
    if pairs.allSatisfy({ $0.0 == 0 && $0.1 != 0 }) { return .bigEndian }
    if pairs.allSatisfy({ $0.0 != 0 && $0.1 == 0 }) { return .littleEndian }
    return .bytes
  }

  /// UTF-16 with one byte for each unit, in which all that is not ASCII is 0xFF.
  static func narrowed(_ bytes: [UInt8], _ units: Units) -> [UInt8] {
    let (high, low) = units == .bigEndian ? (0, 1) : (1, 0)
    return stride(from: 0, to: bytes.count - 1, by: 2).map { start in
      bytes[start + high] == 0 && bytes[start + low] < 0x80 ? bytes[start + low] : 0xff
    }
  }
}
