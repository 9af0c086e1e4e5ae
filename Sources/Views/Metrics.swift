/// Figures in the text format of Prometheus, which node_exporter's textfile collector reads too.
public struct Metrics {
  public private(set) var text = ""

  public init() {}

  /// Adds a metric with one or more samples.
  public mutating func add(
    _ name: String, _ help: String, kind: String = "gauge",
    _ samples: [(labels: [(String, String)], value: Int64)]
  ) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
    for sample in samples {
      let labels = sample.labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
      text += labels.isEmpty ? "\(name) \(sample.value)\n" : "\(name){\(labels)} \(sample.value)\n"
    }
  }

  public mutating func add(_ name: String, _ help: String, kind: String = "gauge", _ value: Int64?)
  {
    guard let value else { return }
    add(name, help, kind: kind, [([], value)])
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    // By scalars: CR LF is one `Character`, and so is a quotation mark with an accent after it. Unsafe
    // scalars are replaced first, so that the backslash of their replacement is escaped as well.
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
