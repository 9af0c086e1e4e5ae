import Glibc
import SSH
import Views

/// Results go here, logs to standard error.
enum StandardOutput {
  /// Line feeds are the only control characters that reach a terminal, whatever the text contains.
  static func write(_ text: String) { write(Array(wholeLines(text).utf8)) }

  static func writeLine(_ text: String) { write(text + "\n") }

  /// The width of the terminal; nil where it is none.
  static var columns: Int? {
    guard isatty(STDOUT_FILENO) == 1 else { return nil }
    var size = winsize()
    return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
      ? Int(size.ws_col) : 80
  }

  /// Writes all bytes. If the reader of a pipe is gone, the program ends without an error, as other tools do.
  static func write(_ bytes: [UInt8]) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(STDOUT_FILENO, buffer.baseAddress.map { $0 + offset }, bytes.count - offset)
      }
      if count < 0, errno == EINTR { continue }
      if count < 0 { fail(errno) }
      offset += count
    }
  }

  private static func fail(_ code: Int32) -> Never {
    if code == EPIPE { exit(0) }
    StandardError.writeLine(failure(code))
    exit(ExitStatus.localIO.rawValue)
  }

  /// The sentence for an `errno`.
  static func failure(_ code: Int32) -> String {
    "colisd: cannot write to standard output: \(systemMessage(code)); make room, or send it elsewhere"
  }
}
