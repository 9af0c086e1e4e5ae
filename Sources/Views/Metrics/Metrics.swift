/// Figures for monitoring, family by family; `text` has them as Prometheus or as OpenMetrics reads them.
public struct Metrics: Sendable {
  /// Each name is there once.
  public private(set) var families: [MetricFamily] = []

  public init() {}

  /// Adds a family.
  public mutating func add(_ family: MetricFamily) { families.append(family) }

  /// Adds a value that goes up and down, with labels.
  public mutating func gauge(_ name: String, _ help: String, _ samples: [MetricFamily.Sample]) {
    add(MetricFamily(.gauge, name, help, samples))
  }

  /// Adds a value that goes up and down.
  /// - Parameter value: nil: it is not known, and has no sample.
  public mutating func gauge(_ name: String, _ help: String, _ value: Int64?) {
    gauge(name, help, value.map { [MetricFamily.Sample([], $0)] } ?? [])
  }

  /// Adds a value that only grows while the process lives.
  /// - Parameter name: without `_total`.
  public mutating func counter(_ name: String, _ help: String, _ samples: [MetricFamily.Sample]) {
    add(MetricFamily(.counter, name, help, samples))
  }

  /// The whole text in one of the two forms.
  public func text(_ format: Format) -> String {
    var text = ""
    for family in families { family.write(to: &text, format) }
    if format == .openMetrics { text += "# EOF\n" }
    return text
  }

  /// The answer to a request for figures of a running daemon.
  /// - Parameters:
  ///   - status: what is known from the store.
  ///   - figures: what the process has counted since its start.
  public static func bytes(
    status: StatusReport, figures: ProcessSnapshot, format: Format
  ) -> [UInt8] {
    var metrics = Metrics()
    metrics.add(status)
    metrics.add(figures)
    return Array(metrics.text(format).utf8)
  }
}
