import TrackingFile

/// An account pair in the paths of files.
enum PathGuess {
  /// - Returns: the pattern that all paths fit; nil if they name no account, or in different ways.
  static func pattern(for paths: [String]) -> String? {
    guard let first = paths.first, let pattern = pattern(for: first),
      let parsed = try? PathPattern(pattern)
    else { return nil }
    return paths.allSatisfy { parsed.account(in: $0) != nil } ? pattern : nil
  }

  private static func pattern(for path: String) -> String? {
    let components = path.split(separator: "/").suffix(3).map(String.init)
    guard let name = components.last else { return nil }
    if let pattern = pattern(inName: name) { return pattern }
    guard components.count >= 2 else { return nil }
    let folder = components[components.count - 2]
    if let pattern = pattern(inName: folder) { return pattern + "/*" }
    guard components.count == 3, ValueShape.isAccount(components[0]), ValueShape.isAccountID(folder)
    else { return nil }
    return "{account}/{account-id}/*"
  }

  /// An account and an account ID, one after the other, in one name.
  private static func pattern(inName name: String) -> String? {
    var words: [Substring] = []
    var rest = name[...]
    while let start = rest.firstIndex(where: { $0.isLetter || $0.isNumber }) {
      let word = rest[start...].prefix { $0.isLetter || $0.isNumber }
      words.append(word)
      rest = rest[word.endIndex...]
    }
    for (word, next) in zip(words, words.dropFirst()) {
      guard ValueShape.isAccount(String(word)), ValueShape.isAccountID(String(next)) else {
        continue
      }
      let between = name[word.endIndex..<next.startIndex]
      guard !between.isEmpty, !between.contains("*"), !between.contains("{") else { return nil }
      let before = name[..<word.startIndex].last
      let after = name[next.endIndex...].first
      let head = before.map { "*\($0)" } ?? ""
      let tail = after.map { "\($0)*" } ?? ""
      return "\(head){account}\(between){account-id}\(tail)"
    }
    return nil
  }
}
