extension Duration {
  /// Reads a time as configuration and commands have it, such as `48h`.
  /// - Returns: nil unless the text is a whole number followed by s, m, h or d.
  public init?(configuration text: String) {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
      count >= 0, count <= 1_000_000
    else { return nil }
    self = .seconds(count * unit)
  }

  public var wholeSeconds: Int64 { components.seconds }
}
