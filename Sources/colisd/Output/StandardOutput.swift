import Glibc
import SSH
import Views

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
