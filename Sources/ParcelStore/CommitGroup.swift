/// What one transaction appends: parts of one or more files.
public struct CommitGroup: Sendable {
  public var parts: [FilePart] = []

  public init() {}

  /// Data lines in the group.
  public var rows: Int { parts.reduce(0) { $0 + $1.rows } }
  public var isEmpty: Bool { parts.isEmpty }

  /// Returns all parts and leaves the group empty.
  public mutating func takeAll() -> CommitGroup {
    defer { parts = [] }
    return self
  }
}
