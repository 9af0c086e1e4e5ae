/// Makes a text of the server harmless, so that it can't move a terminal's cursor or fake a line of the log.
///
/// Characters that are not printable become `\n`, `\t` or `\u{202E}`, bytes that are no UTF-8 `\xE9`; a backslash
/// becomes two.
package func printable(_ bytes: some Collection<UInt8>) -> String {
  // The fast path for most names.
  if bytes.allSatisfy({ (0x20...0x7e).contains($0) && $0 != UInt8(ascii: "\\") }) {
    return String(decoding: bytes, as: UTF8.self)
  }
  var text = ""
  var decoder = UTF8()
  var bytes = Array(bytes)[...]
  while let first = bytes.first {
    var rest = bytes.makeIterator()
    decoder = UTF8()
    guard case .scalarValue(let scalar) = decoder.decode(&rest) else {
      text += escaped("x", UInt32(first), digits: 2)
      bytes = bytes.dropFirst()
      continue
    }
    bytes = bytes.dropFirst(UTF8.width(scalar))
    switch scalar {
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    case "\\": text += "\\\\"
    default:
      if isPrintable(scalar) {
        text.unicodeScalars.append(scalar)
      } else if scalar.value < 0x100 {
        text += escaped("u{", scalar.value, digits: 2) + "}"
      } else {
        text += escaped("u{", scalar.value, digits: 4) + "}"
      }
    }
  }
  return text
}

/// Undoes `printable`.
/// - Returns: nil if `printable` can't have made the text.
package func unprinted(_ text: String) -> [UInt8]? {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    guard byte == UInt8(ascii: "\\") else {
      bytes.append(byte)
      continue
    }
    switch rest.popFirst() {
    case UInt8(ascii: "\\"): bytes.append(byte)
    case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "r"): bytes.append(UInt8(ascii: "\r"))
    case UInt8(ascii: "t"): bytes.append(UInt8(ascii: "\t"))
    case UInt8(ascii: "x"):
      guard let value = hexadecimal(rest.prefix(2)), let value = UInt8(exactly: value) else {
        return nil
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    case UInt8(ascii: "u"):
      guard rest.popFirst() == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")),
        let scalar = hexadecimal(rest[..<end]).flatMap({ Unicode.Scalar($0) })
      else { return nil }
      bytes += Array(String(Character(scalar)).utf8)
      rest = rest[(end + 1)...]
    default: return nil
    }
  }
  return bytes
}

private func hexadecimal(_ digits: some Collection<UInt8>) -> UInt32? {
  UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
}

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
    false
  default: true
  }
}

private func escaped(_ prefix: String, _ value: UInt32, digits: Int) -> String {
  let hex = String(value, radix: 16, uppercase: true)
  return "\\" + prefix + String(repeating: "0", count: max(0, digits - hex.count)) + hex
}
