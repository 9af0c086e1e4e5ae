import Glibc

/// Finds the ends of lines in a text that comes piece by piece.
struct LineSplit {
  let form: LineForm
  /// UTF-16: the first byte of a unit whose second one comes with the next piece.
  private var half: UInt8?

  init(_ form: LineForm) { self.form = form }

  /// - Parameter start: the first byte that was not looked at yet.
  /// - Returns: where the next line begins; nil: the line goes on in the next piece.
  mutating func nextLine(in bytes: [UInt8], from start: Int) -> Int? {
    if form.units == .bytes { return Self.nextLine(in: bytes, from: start, form.end) }
    for index in start..<bytes.count {
      guard let first = half else {
        half = bytes[index]
        continue
      }
      half = nil
      let (high, low) =
        form.units == .bigEndian ? (first, bytes[index]) : (bytes[index], first)
      if high == 0, low == form.end { return index + 1 }
    }
    return nil
  }

  private static func nextLine(in bytes: [UInt8], from start: Int, _ end: UInt8) -> Int? {
    bytes.withUnsafeBytes { bytes in
      guard start < bytes.count, let base = bytes.baseAddress,
        let found = memchr(base + start, Int32(end), bytes.count - start)
      else { return nil }
      return base.distance(to: UnsafeRawPointer(found)) + 1
    }
  }
}
