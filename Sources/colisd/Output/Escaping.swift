// The one place that knows what must not reach a terminal or a file of lines as it is. All of it goes
// by Unicode scalars, never by `Character`: CR and LF are one character, and so are a letter and the
// marks that follow it.

/// Whether a terminal could be misled by a scalar: C0, DEL and C1 controls (NEL is one), line and
/// paragraph separators, and what cannot be seen, such as the marks that turn the direction of text.
func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x20...0x7e: false
  case ..<0xa0: true
  // Letters with accents: most of what is not ASCII in the carrier's texts.
  case 0xae...0x24f: false
  default:
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}

/// Text from outside on one line of a terminal: what is unsafe becomes `\n`, `\t` or `\u{202E}`.
func singleLine(_ text: String) -> String { escaped(text) { _ in false } }

/// Text of whole lines on a terminal: the same, but line feeds stay.
func wholeLines(_ text: String) -> String { escaped(text) { $0 == "\n" } }

private func escaped(_ text: String, keeping isKept: (Unicode.Scalar) -> Bool) -> String {
  func mustGo(_ scalar: Unicode.Scalar) -> Bool { isUnsafe(scalar) && !isKept(scalar) }
  guard text.unicodeScalars.contains(where: mustGo) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if mustGo(scalar) {
      result += scalar.escaped(asASCII: true)
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Appends a text as JSON's string, with its quotes: what RFC 8259 wants escaped, and what is unsafe,
/// which any reader of JSON gives back as it was.
func appendJSONString(_ text: String, to bytes: inout [UInt8]) {
  let digits = Array("0123456789abcdef".utf8)
  func append(unit: UInt16) {
    bytes += "\\u".utf8
    for shift in [12, 8, 4, 0] { bytes.append(digits[Int(unit >> UInt16(shift)) & 15]) }
  }
  bytes.append(UInt8(ascii: "\""))
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": bytes += "\\\"".utf8
    case "\\": bytes += "\\\\".utf8
    case "\n": bytes += "\\n".utf8
    case "\r": bytes += "\\r".utf8
    case "\t": bytes += "\\t".utf8
    case _ where isUnsafe(scalar): for unit in String(scalar).utf16 { append(unit: unit) }
    case _ where scalar.isASCII: bytes.append(UInt8(truncatingIfNeeded: scalar.value))
    default: bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
    }
  }
  bytes.append(UInt8(ascii: "\""))
}
