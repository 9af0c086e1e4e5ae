/// How the source was at the last look at it, as far as the daemon noted it.
public struct SourceState: Sendable {
  public var host: String
  /// Nil before the first poll.
  public var isReachable: Bool?
  /// Why the last poll failed, where the cause was the server or the way to it.
  public var error: String?

  public init(host: String) { self.host = host }

  public var json: JSON {
    .object([
      ("host", .string(host)), ("reachable", JSON(isReachable)), ("error", JSON(error)),
    ])
  }

  public var text: String { "\(host)\(error.map { ": \(singleLine($0))" } ?? "")" }
}
