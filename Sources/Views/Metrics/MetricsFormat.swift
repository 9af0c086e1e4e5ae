extension Metrics {
  /// A form in which figures are read.
  public enum Format: Sendable {
    /// Prometheus' text format 0.0.4, which also node_exporter's textfile collector reads.
    case prometheus
    /// OpenMetrics 1.0.
    case openMetrics

    /// The value of the header `Content-Type`.
    public var contentType: String {
      switch self {
      case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
      case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
      }
    }

    /// Chooses by the header `Accept`: OpenMetrics where it is named and liked at least as much as plain text,
    /// otherwise Prometheus' own form, also where neither is asked for: a person with a browser reads it, too.
    /// - Parameter accept: nil: there is none.
    public init(accept: String?) {
      var (openMetrics, plain) = (0.0, 0.0)
      for range in (accept ?? "").split(separator: ",") {
        let range = MediaRange(range)
        switch range.type {
        case "application/openmetrics-text"
        where [nil, "1.0.0"].contains(range.parameters["version"]):
          openMetrics = max(openMetrics, range.quality)
        case "text/plain" where [nil, "0.0.4"].contains(range.parameters["version"]):
          plain = max(plain, range.quality)
        default: break
        }
      }
      self = openMetrics > 0 && openMetrics >= plain ? .openMetrics : .prometheus
    }
  }
}

/// One element of a header `Accept`.
private struct MediaRange {
  /// In small letters.
  let type: String
  var parameters: [String: String] = [:]
  /// 0: refused. 1 where nothing is said.
  var quality = 1.0

  init(_ text: Substring) {
    func trimmed(_ text: Substring) -> String {
      let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
      var text = text.drop(while: isBlank)
      while text.last.map(isBlank) == true { text.removeLast() }
      return String(text)
    }
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
    type = trimmed(parts.first ?? "").lowercased()
    for part in parts.dropFirst() {
      let halves = part.split(separator: "=", maxSplits: 1)
      guard halves.count == 2 else { continue }
      let (name, value) = (trimmed(halves[0]).lowercased(), trimmed(halves[1]))
      let plain = value.filter { $0 != "\"" }
      if name == "q" {
        quality = Double(plain).map { min(max($0, 0), 1) } ?? 0
      } else {
        parameters[name] = plain
      }
    }
  }
}
