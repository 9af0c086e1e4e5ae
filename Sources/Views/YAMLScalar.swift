/// A text as YAML reads it back, whatever reads it: everything but words and paths is quoted.
public func yamlScalar(_ text: String) -> String {
  let isWord = text.wholeMatch(of: /(\.\.\/|\/)?[A-Za-z][A-Za-z0-9._\/-]*/) != nil
  let meansMore = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
  if isWord, !meansMore.contains(text.lowercased()) { return text }
  return "\""
    + text.unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case _ where scalar == "\"" || scalar == "\\": return "\\\(scalar)"
      // Such as YAML does not allow, and such as nobody sees.
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        let digits = String(scalar.value, radix: 16)
        return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      default: return String(scalar)
      }
    }.joined() + "\""
}

/// `[a, "*.b"]`
public func yamlList(_ texts: [String]) -> String {
  "[\(texts.map(yamlScalar).joined(separator: ", "))]"
}
