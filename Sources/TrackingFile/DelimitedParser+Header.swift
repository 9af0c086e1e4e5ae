import Carrier

extension DelimitedParser {
  /// Checks a header line: it must be a single line, with each column of the layout once.
  func check(
    _ line: UnsafeRawBufferPointer, _ found: [String], _ columns: [String], place: String
  ) throws(FileFailure) {
    for name in columns {
      let key = HeaderFinder.key(name.unicodeScalars, quote: nil)
      let places = found.indices.filter { found[$0] == key }.map { $0 + 1 }
      guard places.count < 2 else {
        let list = places.map(String.init).joined(separator: " and ")
        throw .notATrackingFile("its \(place) has the column \(name) more than once, as \(list)")
      }
    }
    let text = TextEncoding.auto.decode(Array(line)[...])
    for scalar in text.unicodeScalars where isLineEndOrControl(scalar) {
      let code = String(scalar.value, radix: 16, uppercase: true)
      throw .notATrackingFile("its \(place) contains the control character U+\(code)")
    }
    if let index = indexOfValue(line) {
      throw .notATrackingFile(
        "its \(place) goes on as a row: column \(index + 1) is a value and no name")
    }
  }

  private func isLineEndOrControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control && scalar != "\t"
      || scalar == "\u{2028}" || scalar == "\u{2029}"
  }

  /// The first field that looks like a value, as it is a time or a parcel number: no column has such a name.
  private func indexOfValue(_ line: UnsafeRawBufferPointer) -> Int? {
    var times = TimeReader(clock: layout.clock, formats: layout.timeFormats)
    let fields = line.split(separator: syntax.separator, omittingEmptySubsequences: false)
    return fields.firstIndex { field in
      let value = field.filter { !$0.isBlank && $0 != syntax.quote }
      if value.isEmpty { return false }
      let text = TextEncoding.auto.decode(field.filter { $0 != syntax.quote }[...])
      let digits = value.count(where: \.isASCIIDigit)
      if digits >= 8, TrackingKey(String(decoding: value, as: UTF8.self)) != nil { return true }
      return digits > 0
        && Array(text.utf8).withUnsafeBytes { bytes in
          bytes.baseAddress.map { base in
            let range = trimmed(base, 0, bytes.count).offsets
            return times.read(UnsafeRawBufferPointer(rebasing: bytes[range])) != nil
          } ?? false
        }
    }
  }
}
