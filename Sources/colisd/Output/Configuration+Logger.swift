import Ingest
import Logging

extension Configuration {
  /// The logger that the configuration describes.
  func logger() -> Logger { log.logger() }
}

extension Configuration.Log {
  func logger() -> Logger {
    let format: LogLine.Format =
      switch self.format {
      case .json: .json
      case .text: .text
      case .journald: .journald
      case .auto: StandardError.isTerminal ? .text : .journald
      }
    LastWord.setForm(format)
    let level = Logger.Level(rawValue: level) ?? .info
    return Logger(label: "colisd") { _ in
      LogLine(format: format, level: level, now: currentTime)
    }
  }
}
