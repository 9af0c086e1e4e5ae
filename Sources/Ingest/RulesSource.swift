/// Tells which rules are in force. They may be exchanged while somebody works by them, so whoever lets rows
/// in asks again before each batch.
public protocol RulesSource: Sendable {
  var current: Rules { get }
  /// That of the rules in force. Asked before each batch, so it must be cheap.
  var revision: Int { get }
  /// Gives the rules in force to whom lets rows in by them, until he takes others or gives them back: those
  /// that replace them are in force only then.
  func take() -> Rules
  func giveBack()
}

/// Rules that nobody exchanges.
extension Rules: RulesSource {
  public var current: Rules { self }
  public func take() -> Rules { self }
  public func giveBack() {}
}
