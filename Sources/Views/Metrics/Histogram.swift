/// How often values up to certain bounds came.
public struct Histogram: Sendable, Hashable {
  /// In ascending order; what is above the last one has a bucket of its own.
  public let bounds: [Double]
  /// Not cumulative: one for each bound, and one for what is above them.
  private var counts: [Int64]
  public private(set) var sum = 0.0

  public init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  public mutating func observe(_ value: Double) {
    let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
    counts[bucket] += 1
    sum += value
  }

  /// How many values came.
  public var count: Int64 { counts.reduce(0, +) }

  /// Each bound with how many values were at most that; nil: no bound.
  public var buckets: [(bound: Double?, count: Int64)] {
    var sum: Int64 = 0
    return counts.indices.map { index in
      sum += counts[index]
      return (index < bounds.count ? bounds[index] : nil, sum)
    }
  }
}
