import Glibc

/// Results go here, logs to standard error.
enum StandardOutput {
  /// Whatever a text brings along, a terminal gets nothing but line feeds that could move its cursor.
  static func write(_ text: String) { write(Array(wholeLines(text).utf8)) }

  static func writeLine(_ text: String) { write(text + "\n") }

  /// Writes all bytes. A reader that has gone ends the program quietly, as with other tools in a pipe.
  static func write(_ bytes: [UInt8]) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(STDOUT_FILENO, buffer.baseAddress.map { $0 + offset }, bytes.count - offset)
      }
      if count < 0, errno == EINTR { continue }
      if count < 0 { exit(errno == EPIPE ? 0 : ExitStatus.localIO.rawValue) }
      offset += count
    }
  }
}

enum StandardError {
  static func writeLine(_ text: String) {
    let bytes = Array((wholeLines(text) + "\n").utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
