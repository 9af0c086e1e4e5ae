import Contract
import ParcelStore

/// A feed as lists show it.
struct FeedLine {
  var contract: String
  var service: ServiceKind
  var account: String?
  var accountID: String?
  var state: FeedState
  /// Nil where only the state is known, because the contract's file can't be read now.
  var nextStep: String?
  /// Seconds since 1970; nil: no row came.
  var lastRowAt: Int64?

  /// How a contract stood that can't be read now.
  static func lines(_ standing: ContractStanding, _ past: FeedPast) -> [FeedLine] {
    standing.services.map { service in
      let record = past.named.first {
        $0.contract == standing.contract && $0.service == service.kind
      }
      return FeedLine(
        contract: standing.contract, service: service.kind, account: service.account,
        accountID: service.accountID, state: service.feed, lastRowAt: record?.lastRowAt)
    }
  }
}
