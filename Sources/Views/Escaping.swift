// The one place that knows what must not reach a terminal or a file of lines unchanged. It works on
// Unicode scalars, never on `Character`: CR LF is one character, and so is a letter with its accents.

/// Whether a scalar could mislead a terminal: C0 and C1 controls and DEL, line and paragraph separators,
/// and invisible marks such as those that change the direction of text.
public func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
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

/// Outside text for one line of a terminal: unsafe scalars become `\n`, `\t` or `\u{202E}`.
public func singleLine(_ text: String) -> String { escaped(text) { _ in false } }

/// Outside text of several lines for a terminal: the same, but line feeds are kept.
public func wholeLines(_ text: String) -> String { escaped(text) { $0 == "\n" } }

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
