/// How far the work has come.
public struct IngestProgress: Sendable, Equatable {
  public var files = 0
  public var filesDone = 0
  /// Bytes as they are on the server; nil where it does not tell sizes.
  public var bytes: Int64?
  public var bytesDone: Int64 = 0
  public var rows = 0
  /// Held rows that are looked at, to let them in; 0: none are.
  public var held = 0
  public var heldDone = 0

  public init() {}

  /// What is done at several sources together.
  public static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.files += right.files
    sum.filesDone += right.filesDone
    // What one of them has is not known where another one does not tell.
    let sizes = [left, right].filter { $0.files > 0 }.map(\.bytes)
    sum.bytes = sizes.contains(nil) ? nil : sizes.compactMap(\.self).reduce(0, +)
    sum.bytesDone += right.bytesDone
    sum.rows += right.rows
    sum.held += right.held
    sum.heldDone += right.heldDone
    return sum
  }
}
