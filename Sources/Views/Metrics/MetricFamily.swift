/// A metric with all its samples.
public struct MetricFamily: Sendable {
  public enum Kind: String, Sendable { case gauge, counter, info, histogram }

  public enum Value: Sendable, Hashable {
    case integer(Int64)
    case real(Double)
    case distribution(Histogram)
  }

  /// One value with its labels, whose names and values are unique within the family.
  public struct Sample: Sendable {
    public let labels: [(name: String, value: String)]
    public let value: Value

    public init(_ labels: [(String, String)], _ value: Value) {
      self.labels = labels.map { (name: $0.0, value: $0.1) }
      self.value = value
    }

    public init(_ labels: [(String, String)], _ value: Int64) { self.init(labels, .integer(value)) }
  }

  public let kind: Kind
  /// Of a counter without `_total`, of an info without `_info`.
  public let name: String
  public let help: String
  public let samples: [Sample]

  public init(_ kind: Kind, _ name: String, _ help: String, _ samples: [Sample]) {
    self.kind = kind
    self.name = name
    self.help = help
    self.samples = samples
  }

  /// Whose suffix a name carries: the base units that we have.
  public var unit: String? { ["seconds", "bytes"].first { name.hasSuffix("_\($0)") } }

  /// As queries name it; of a histogram without `_bucket`, `_sum` and `_count`.
  public var queryName: String {
    switch kind {
    case .counter: "\(name)_total"
    case .info: "\(name)_info"
    case .gauge, .histogram: name
    }
  }

  /// Adds its lines to a text.
  func write(to text: inout String, _ format: Metrics.Format) {
    switch format {
    case .openMetrics:
      text += "# TYPE \(name) \(kind.rawValue)\n"
      if let unit { text += "# UNIT \(name) \(unit)\n" }
      text += "# HELP \(name) \(MetricText.help(help, escapingQuotes: true))\n"
    case .prometheus:
      // This form knows no info, and names a counter as its samples are named.
      let kind = kind == .info ? Kind.gauge : kind
      text += "# HELP \(queryName) \(MetricText.help(help, escapingQuotes: false))\n"
      text += "# TYPE \(queryName) \(kind.rawValue)\n"
    }
    let queryName = queryName
    for sample in samples { write(sample, queryName, to: &text) }
  }

  private func write(_ sample: Sample, _ queryName: String, to text: inout String) {
    let labels = sample.labels
    switch sample.value {
    case .integer(let value): Self.line(queryName, labels, "\(value)", to: &text)
    case .real(let value): Self.line(queryName, labels, "\(value)", to: &text)
    case .distribution(let histogram):
      for (bound, count) in histogram.buckets {
        let bound = bound.map { "\($0)" } ?? "+Inf"
        Self.line("\(name)_bucket", labels + [("le", bound)], "\(count)", to: &text)
      }
      Self.line("\(name)_sum", labels, "\(histogram.sum)", to: &text)
      Self.line("\(name)_count", labels, "\(histogram.count)", to: &text)
    }
  }

  /// There are thousands of them where there are many contracts, so no text is made in between.
  private static func line(
    _ name: String, _ labels: [(name: String, value: String)], _ value: String,
    to text: inout String
  ) {
    text += name
    MetricText.append(labels, to: &text)
    text += " "
    text += value
    text += "\n"
  }
}
