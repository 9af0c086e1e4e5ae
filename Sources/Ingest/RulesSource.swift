/// Gives the rules that are in force. They may be replaced while files are read, so the intake asks again
/// before each batch.
public protocol RulesSource: Sendable {
  var current: Rules { get }
  /// The revision of the rules in force. Read before each batch, so it must be fast.
  var revision: Int { get }
  /// Borrows the rules in force. New rules come into force only after everybody has called `giveBack()` or
  /// `take()` again.
  func take() -> Rules
  func giveBack()
}

/// Rules that are never replaced.
extension Rules: RulesSource {
  public var current: Rules { self }
  public func take() -> Rules { self }
  public func giveBack() {}
}
