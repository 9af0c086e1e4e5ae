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
}
