import Carrier

/// How the names of files end, as patterns for `include`.
enum FileEndings {
  /// Patterns that nobody would read any more.
  private static let most = 5

  /// - Returns: `*.txt` of `TRK_1.TXT`, `*.txt.gz` of `TRK_1.txt.gz`, in the order of the names; those of names
  ///   without an ending are left out.
  static func patterns(of names: [String]) -> [String] {
    var patterns: [String] = []
    for name in names {
      // A name that begins with a dot has no other part before its ending.
      let parts = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count > 1, parts.first != "", let last = parts.last, isPlain(last) else {
        continue
      }
      let isPacked = last == "gz" && parts.count > 2 && isPlain(parts[parts.count - 2])
      let pattern = "*." + parts.suffix(isPacked ? 2 : 1).joined(separator: ".")
      if !patterns.contains(pattern), patterns.count < most { patterns.append(pattern) }
    }
    return patterns
  }

  private static func isPlain(_ part: Substring) -> Bool {
    (1...8).contains(part.utf8.count)
      && part.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit }
  }
}
