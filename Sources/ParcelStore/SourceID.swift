/// Where files come from: a source of the configuration, or this machine.
///
/// The store gives the number at `register`, and it stays, also when the source gets another name.
public struct SourceID: Hashable, Sendable {
  public let rawValue: Int64
  public init(rawValue: Int64) { self.rawValue = rawValue }

  /// Files of this machine, and standard input.
  public static let local = SourceID(rawValue: 0)
}
