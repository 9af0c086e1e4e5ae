/// A header that lists what a client takes, with how much it likes each: `text/html, */*;q=0.5`.
struct AcceptHeader: Sendable {
  private let entries: [(value: String, quality: Double)]

  init(_ header: String) {
    entries = header.split(separator: ",").prefix(32).compactMap { part in
      let words = part.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
      guard let value = words.first else { return nil }
      let quality = words.dropFirst().first { $0.hasPrefix("q=") }
        .flatMap { Double($0.dropFirst(2)) }
      return (value, quality ?? 1)
    }
  }

  /// How much it likes a value; nil: it does not name it.
  func quality(of value: String) -> Double? { entries.first { $0.value == value }?.quality }

  /// The one of some media types that it likes best; of several the first.
  /// - Returns: nil if it takes none of them.
  func best(among types: [String]) -> String? {
    let likings = types.map { type in
      let family = type.prefix { $0 != "/" } + "/*"
      return (
        type, quality(of: type) ?? quality(of: String(family)) ?? quality(of: "*/*") ?? 0
      )
    }
    let most = likings.map(\.1).max() ?? 0
    return most > 0 ? likings.first { $0.1 == most }?.0 : nil
  }
}
