import Carrier

/// Whether the daemon does what it is for: whether the store can be read, and the drops were listed lately.
public struct Readiness: Sendable {
  /// Why it does not, one sentence each.
  public var reasons: [String] = []
  /// What somebody should look at meanwhile.
  public var notes: [String] = []
  /// How many processes share the work; nil: in a store like this only one polls.
  public var workers: Int?

  /// - Parameters:
  ///   - sources: with how old the last good poll of each may be: seconds.
  ///   - now: seconds since 1970.
  public init(_ sources: [(state: SourceState, longest: Int64)], now: Int64) {
    for (source, longest) in sources {
      let name = "source \(source.name) (\(source.host))"
      let errors = [source.error, source.storeError].compactMap { $0 }
      let last = errors.isEmpty ? "" : "; the last error: " + errors.joined(separator: "; ")
      guard let success = source.lastSuccess else {
        reasons.append("\(name) was never listed\(last)")
        continue
      }
      // Where the clock was set back no poll is too old.
      let age = max(0, now - success)
      guard age > longest else { continue }
      reasons.append(
        "\(name) was listed last \(spokenAge(age)) ago, and \(spokenAge(longest)) are allowed\(last)"
      )
    }
  }

  /// - Parameter reason: why nothing is known.
  public init(reason: String) { reasons = [reason] }

  public var isReady: Bool { reasons.isEmpty }

  public var json: JSON {
    .object([
      ("ready", .bool(isReady)), ("reasons", .array(reasons.map { .string($0) })),
      ("notes", .array(notes.map { .string($0) })), ("workers", JSON(workers)),
    ])
  }
}
