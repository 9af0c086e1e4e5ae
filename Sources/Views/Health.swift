/// Whether the process is alive: whether its loops turn.
public struct Health: Sendable {
  /// Sources whose work has given no sign of life for too long, one sentence each.
  public let problems: [String]

  public init(problems: [String]) { self.problems = problems }

  public var isGood: Bool { problems.isEmpty }

  public var json: JSON {
    .object([
      ("healthy", .bool(isGood)), ("reasons", .array(problems.map { .string($0) })),
    ])
  }
}
