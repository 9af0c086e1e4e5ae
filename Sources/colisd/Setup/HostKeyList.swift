import SSH
import Views

/// The host keys that a server shows, for people who compare them.
struct HostKeyList {
  private let look: HostKeyLook
  private let trusted: [String]

  /// - Parameter trusted: the fingerprints that are trusted.
  init(_ look: HostKeyLook, trusted: [String]) {
    self.look = look
    self.trusted = trusted
  }

  var text: String {
    let width = look.keys.map(\.algorithm.count).max() ?? 0
    let lines = look.keys.enumerated().map { index, key in
      let padding = String(repeating: " ", count: width - key.algorithm.count)
      var notes: [String] = []
      if index == 0 { notes.append("used first") }
      if trusted.contains(key.fingerprint) { notes.append("trusted before") }
      let note = notes.isEmpty ? "" : "   (\(notes.joined(separator: ", ")))"
      return "  \(key.algorithm)\(padding)  \(key.fingerprint)\(note)"
    }
    return "\nThe server shows these keys. Compare them with what the carrier sent you:\n"
      + lines.joined(separator: "\n") + "\n"
      + (look.unchecked.isEmpty ? "" : "It has others too, not listed: \(Self.unchecked(look)).\n")
  }

  /// What a person has to know who was sent a fingerprint that is not listed.
  static func unchecked(_ look: HostKeyLook) -> String {
    look.unchecked.map { singleLine($0) }.joined(separator: ", ")
      + ", which the installed libssh2 cannot check (RSA: before 1.11)"
  }
}
