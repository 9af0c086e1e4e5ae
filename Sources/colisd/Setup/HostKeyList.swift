import SSH

/// The host keys that a server shows, for people who compare them.
struct HostKeyList {
  private let keys: [HostKey]
  private let trusted: [String]

  /// - Parameters:
  ///   - keys: in the order in which they are used.
  ///   - trusted: the fingerprints that are trusted.
  init(_ keys: [HostKey], trusted: [String]) {
    self.keys = keys
    self.trusted = trusted
  }

  var text: String {
    let width = keys.map(\.algorithm.count).max() ?? 0
    let lines = keys.enumerated().map { index, key in
      let padding = String(repeating: " ", count: width - key.algorithm.count)
      var notes: [String] = []
      if index == 0 { notes.append("used first") }
      if trusted.contains(key.fingerprint) { notes.append("trusted before") }
      let note = notes.isEmpty ? "" : "   (\(notes.joined(separator: ", ")))"
      return "  \(key.algorithm)\(padding)  \(key.fingerprint)\(note)"
    }
    return "\nThe server shows these keys. Compare them with what the carrier sent you:\n"
      + lines.joined(separator: "\n") + "\n"
  }
}
