import Contract
import ParcelStore

/// Figures in the text format of Prometheus, such as node_exporter's textfile collector reads.
struct Metrics {
  private(set) var text = ""

  /// Adds a metric with one or more samples.
  mutating func add(
    _ name: String, _ help: String, kind: String = "gauge",
    _ samples: [(labels: [(String, String)], value: Int64)]
  ) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
    for sample in samples {
      let labels = sample.labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
      text += labels.isEmpty ? "\(name) \(sample.value)\n" : "\(name){\(labels)} \(sample.value)\n"
    }
  }

  mutating func add(_ name: String, _ help: String, kind: String = "gauge", _ value: Int64?) {
    guard let value else { return }
    add(name, help, kind: kind, [([], value)])
  }

  /// The feeds: how each stands, and when its last row came.
  mutating func add(_ contracts: ContractsView) {
    func labels(_ line: FeedLine) -> [(String, String)] {
      [
        ("contract", line.contract), ("service", line.service.rawValue),
        ("account_id", line.accountID ?? ""),
      ]
    }
    let lines = contracts.lines
    add(
      "colisd_feed_state", "Which state a feed is in: 1 for that one.",
      lines.map { (labels($0) + [("state", $0.state.rawValue)], 1) })
    add(
      "colisd_feed_broken",
      "1 where a feed that has brought rows brings none or has them held.",
      lines.map { (labels($0), $0.isBroken ? 1 : 0) })
    add(
      "colisd_feed_last_row_timestamp_seconds", "When the last row of a feed came.",
      lines.compactMap { line in line.lastRowAt.map { (labels(line), $0) } })
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    // By scalars: CR and LF are one `Character`, and so are a quotation mark and an accent behind it.
    // What a terminal must not get would come out with a backslash that Prometheus does not know.
    for scalar in wholeLines(text).unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
