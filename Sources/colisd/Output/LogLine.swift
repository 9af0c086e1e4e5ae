import Carrier
import Logging
import Synchronization
import TrackingFile
import Views

/// Writes log lines to standard error: `event=` and its fields, as text, for journald, or as JSON.
struct LogLine: LogHandler {
  enum Format: Sendable {
    /// With time and level, for people at a terminal.
    case text
    /// With syslog's priority before it, as journald reads it; journald adds the time.
    case journald
    case json
  }

  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level
  private let format: Format
  private let now: @Sendable () -> Int64

  init(format: Format, level: Logger.Level, now: @escaping @Sendable () -> Int64) {
    self.format = format
    logLevel = level
    self.now = now
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let merged = metadata.merging(event.metadata ?? [:]) { _, new in new }
    let fields = merged.sorted { (Self.rank($0.key), $0.key) < (Self.rank($1.key), $1.key) }
    ProgressBar.clearLine()
    let lost = StandardError.takeLost()
    if lost > 0 { StandardError.writeLine(line(.warning, "log.lost", [("lines", "\(lost)")])) }
    StandardError.writeLine(
      line(event.level, "\(event.message)", fields.map { ($0.key, "\($0.value)") }))
  }

  private func line(_ level: Logger.Level, _ name: String, _ fields: [(String, String)]) -> String {
    switch format {
    case .json:
      let members: [(key: String, value: JSON)] = [
        ("time", .string(WallClock.utc(seconds: now()))), ("level", .string(level.rawValue)),
        ("event", .string(name)),
      ]
      return JSON.object(
        members
          + fields.map { (key: $0.0, value: Self.value($0.0, $0.1)) }
      ).text
    case .text, .journald:
      let text = (["event=\(name)"] + fields.map { "\($0.0)=\(Self.quoted($0.1))" })
        .joined(separator: " ")
      return format == .text
        ? "\(WallClock.utc(seconds: now())) \(level.rawValue) \(text)"
        : "<\(level.priority)>\(text)"
    }
  }

  /// A value as it is, or in quotes where a space or a control character would break the line.
  private static func quoted(_ value: String) -> String {
    let isPlain =
      !value.isEmpty
      && value.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && !isUnsafe($0) }
    return isPlain ? value : JSON.string(singleLine(value)).text
  }

  /// Counts are numbers; a code `007` or an account is the text that it is.
  private static func value(_ key: String, _ text: String) -> JSON {
    let number = counts.contains(key) ? Int64(text) : nil
    return number.map { .integer($0) } ?? .string(text)
  }

  private static let counts: Set<String> = [
    "line", "port", "files", "failed", "settling", "lost", "rows", "new", "repeated", "held",
    "rejected",
    "skipped", "more", "released", "bytes", "ms", "contracts", "lines", "failures", "times",
    "seconds", "codes", "events", "parcels", "corrected",
  ]

  /// What readers look for first comes first.
  private static let order = [
    "file", "line", "host", "port", "account", "account_id", "contract", "service", "code", "label",
    "reason", "since", "failures", "times", "files", "rows", "new", "repeated", "held", "rejected",
    "more", "bytes", "ms", "to",
    "error",
  ]
  private static func rank(_ key: String) -> Int { order.firstIndex(of: key) ?? order.count }
}

extension Logger.Level {
  /// Of syslog(3).
  fileprivate var priority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
