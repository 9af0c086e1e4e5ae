/// What a run of a copy has done.
public struct CopyReport: Sendable, Equatable {
  /// Who works with the source, in words; nil: nobody, so the copy is complete.
  public var user: String?
  /// Ranges that were compared.
  public var ranges = 0
  /// Those of them that differed and were written.
  public var written = 0
  /// Those that changed while they were copied.
  public var left = 0
  /// Rows of each table, as both stores have them.
  public var rows: [String: Int] = [:]

  public init() {}
}
