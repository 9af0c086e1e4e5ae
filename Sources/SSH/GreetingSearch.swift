/// Finds the server's greeting, `SSH-2.0-…`, behind the lines that may come before it (RFC 4253,
/// section 4.2).
///
/// libssh2 1.10 takes an empty one of these lines, or a NUL in one, for a broken greeting, and a
/// long one for several; so it gets to see none of them.
package struct GreetingSearch {
  package enum Step: Equatable {
    case more
    /// The bytes `SSH-` at the begin of a line have been taken.
    case found
    /// Whoever sends so much before it greets is no SSH server.
    case tooMuch
  }

  static let mark = Array("SSH-".utf8)
  static let mostBytes = 65_536
  static let mostLines = 1_024

  package private(set) var byteCount = 0
  private var lineCount = 0
  /// How much of the mark the line's begin has shown; nil in a line that is no greeting.
  private var matched: Int? = 0

  package init() {}

  package mutating func take(_ byte: UInt8) -> Step {
    byteCount += 1
    if let count = matched, byte == Self.mark[count] {
      matched = count + 1
      if count + 1 == Self.mark.count { return .found }
    } else if byte == UInt8(ascii: "\n") {
      matched = 0
      lineCount += 1
    } else {
      matched = nil
    }
    return byteCount > Self.mostBytes || lineCount > Self.mostLines ? .tooMuch : .more
  }
}
