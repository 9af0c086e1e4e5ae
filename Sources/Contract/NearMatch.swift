import Carrier

/// A service of a contract whose account pair nearly is one that files carry and no contract has.
///
/// ```swift
/// for match in contracts.nearMatches(of: seen) { print(match.sentence(for: seen)) }
/// ```
public struct NearMatch: Hashable, Sendable {
  /// What differs; the raw value is what users see and script against. The smallest comes first.
  public enum Difference: String, CaseIterable, Sendable {
    /// Only upper and lower case of the account or of its ID.
    case letterCase = "letter-case"
    /// One character of the account ID is another, missing or too many, or two neighbours are
    /// swapped. Upper and lower case may differ beside it.
    case oneCharacter = "one-character"
    /// The account; the ID is the same but for upper and lower case.
    case category
  }

  /// The contract's id.
  public let contract: String
  public let service: ServiceKind
  /// The pair as the contract writes it.
  public let pair: AccountPair
  public let difference: Difference

  public init(contract: String, service: ServiceKind, pair: AccountPair, difference: Difference) {
    self.contract = contract
    self.service = service
    self.pair = pair
    self.difference = difference
  }

  /// What is in the files, what the contract has instead, and what to write where.
  /// - Parameter seen: the pair in the files, which this match is near to.
  public func sentence(for seen: AccountPair) -> String {
    var keys: [String] = []
    if seen.account != pair.account { keys.append("account: \(seen.account)") }
    if seen.accountID != pair.accountID { keys.append("account-id: \(seen.accountID)") }
    let advice = "write it so in the contract (\(keys.joined(separator: ", ")))"
    let ending =
      switch difference {
      case .letterCase, .oneCharacter: "\(advice) if it is the same account."
      case .category:
        "\(advice) if it is the same service, or add the service that it belongs to."
      }
    return """
      The files have account \(seen.account), account ID \(seen.accountID), which no contract has; \
      \(service.rawValue) of contract \(contract) has account \(pair.account), account ID \
      \(pair.accountID), \(what(seen)): \(ending)
      """
  }

  private func what(_ seen: AccountPair) -> String {
    switch difference {
    case .letterCase: "which differs only in upper and lower case"
    case .category: "which has the same ID under another account"
    case .oneCharacter:
      switch FoldedID(pair.accountID).edit(to: FoldedID(seen.accountID)) {
      case .missing: "which has one character more in its ID"
      case .extra: "which has one character less in its ID"
      case .swapped: "whose ID has two neighbouring characters the other way round"
      case .replaced, nil: "which differs in one character of its ID"
      }
    }
  }
}

extension ContractSet {
  /// The services whose account pair nearly is `pair`, the nearest first, at most five.
  ///
  /// Of one difference they stand in the order of the contracts' ids. Make a `NearMatchIndex` to ask
  /// for many pairs.
  /// - Returns: nothing where a service has `pair` itself.
  public func nearMatches(of pair: AccountPair) -> [NearMatch] {
    NearMatchIndex(self).matches(of: pair)
  }
}
