/// Where a field stands in a contract file: `["home-fr", "account"]`.
public struct FieldPath: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  public var keys: [String]

  public init(_ keys: [String]) { self.keys = keys }
  public init(arrayLiteral keys: String...) { self.keys = keys }
  public init(_ service: ServiceKind, _ field: ContractField) {
    keys = [service.rawValue, field.rawValue]
  }

  /// The keys joined by dots: `home-fr.account`.
  public var description: String { keys.joined(separator: ".") }
}
