/// One thing that is wrong with a contract. A contract has all of its problems at once; each makes it
/// incomplete, so that its own rows are held, and no other's.
public struct ContractProblem: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case missing, malformed, unknownPlan
    /// Another contract has the same id.
    case idTakenTwice
    /// Looks unlike what the carrier is known to write, which is no mistake.
    case odd
    /// A secret's reference leads to nothing that can be read.
    case secretUnreadable
  }

  /// Where the problem stands; of a missing field, where it should stand.
  public var path: FieldPath
  public var kind: Kind
  /// A sentence that names the field, says what is wrong and what to do.
  public var message: String

  public init(path: FieldPath, kind: Kind, message: String) {
    self.path = path
    self.kind = kind
    self.message = message
  }
}

extension ContractProblem: CustomStringConvertible {
  public var description: String { message }
}
