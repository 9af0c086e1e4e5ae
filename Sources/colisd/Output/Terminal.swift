import Glibc
import Views

/// Asks questions at the terminal.
///
/// Answers come from standard input; the words go to standard error, so that standard output holds
/// nothing but the result.
final class Terminal {
  /// Why there is no answer.
  enum Failure: Error, CustomStringConvertible {
    case ended, notText, tooLong

    var description: String {
      switch self {
      case .ended: "standard input ended before all was answered; nothing was written"
      case .notText: "an answer is not UTF-8; nothing was written"
      case .tooLong: "an answer is longer than \(longestLine) bytes; nothing was written"
      }
    }
  }

  /// Whether somebody can be asked.
  static var isThere: Bool { isatty(STDIN_FILENO) == 1 }

  private static let longestLine = 4_096
  /// What was read after the last line.
  private var rest: [UInt8] = []

  /// The next line of standard input, without its line feed.
  func line() throws(Failure) -> String {
    let lineFeed = UInt8(ascii: "\n")
    var hasEnded = false
    while !hasEnded, !rest.contains(lineFeed), rest.count <= Self.longestLine {
      var buffer = [UInt8](repeating: 0, count: Self.longestLine)
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      hasEnded = count <= 0
      rest += buffer.prefix(max(0, count))
    }
    if hasEnded, rest.isEmpty { throw .ended }
    let line = rest.prefix { $0 != lineFeed }
    guard line.count <= Self.longestLine else { throw .tooLong }
    rest.removeFirst(min(line.count + 1, rest.count))
    guard let text = String(validating: line, as: UTF8.self) else { throw .notText }
    return text
  }

  func say(_ text: String) { StandardError.writeLine(text) }

  private func prompt(_ text: String) {
    // What was said before stands before it, also on a slow terminal.
    StandardError.finish()
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// Asks until the answer is good.
  /// - Parameters:
  ///   - suggestion: what an empty answer stands for.
  ///   - reason: says why an answer will not do; nil when it will.
  func ask(
    _ question: String, suggestion: String? = nil, reason: (String) -> String? = { _ in nil }
  ) throws(Failure) -> String {
    while true {
      prompt("\(question)\(suggestion.map { " [\($0)]" } ?? ""): ")
      var answer = try lineOrEnd().trimmed
      if answer.isEmpty, let suggestion { answer = suggestion }
      guard let reason = reason(answer) else { return answer }
      say("  \(singleLine(reason))")
    }
  }

  /// Asks for what must not be seen: the terminal shows nothing of it.
  func askSecret(
    _ question: String, reason: (String) -> String?
  ) throws(Failure) -> String {
    while true {
      // Before the question is shown: what is typed too early must not be visible.
      TerminalEcho.turnOff()
      prompt("\(question) (not shown): ")
      let answer: String
      do throws(Failure) {
        defer { TerminalEcho.restore() }
        answer = try line()
      } catch {
        say("")
        throw error
      }
      say("")
      guard let reason = reason(answer) else { return answer }
      say("  \(singleLine(reason))")
    }
  }

  func confirm(_ question: String, suggestion: Bool) throws(Failure) -> Bool {
    let yes = ["y", "yes", "o", "oui"]
    let no = ["n", "no", "non"]
    let answer = try ask(question + (suggestion ? " [Y/n]" : " [y/N]")) { answer in
      let isKnown = answer.isEmpty || (yes + no).contains(answer.lowercased())
      return isKnown ? nil : "answer y or n"
    }
    return answer.isEmpty ? suggestion : yes.contains(answer.lowercased())
  }

  private func lineOrEnd() throws(Failure) -> String {
    do throws(Failure) {
      return try line()
    } catch {
      // The cursor is still on the line of the question.
      say("")
      throw error
    }
  }
}

extension String {
  /// Without blanks at both ends.
  fileprivate var trimmed: String {
    func isBlank(_ character: Character) -> Bool { character.isWhitespace }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
