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
  /// Whether it would be silent, had anybody looked.
  var isUnwatched = false

  /// Whether somebody should look: a feed that has brought rows brings none, or they are held.
  var isBroken: Bool

  /// How a contract stands that can't be read now.
  /// - Parameter isInForce: whether a daemon goes on with what it had read before; otherwise its rows
  ///   are held.
  static func lines(
    _ standing: ContractStanding, _ past: FeedPast, isInForce: Bool
  ) -> [FeedLine] {
    standing.services.map { service in
      let record = past.named.first {
        $0.contract == standing.contract && $0.service == service.kind
      }
      let state = isInForce ? service.feed : .incomplete
      return FeedLine(
        contract: standing.contract, service: service.kind, account: service.account,
        accountID: service.accountID, state: state, lastRowAt: record?.lastRowAt,
        isBroken: state.isBroken
          || record?.lastRowAt != nil && ![.live, .awaitingFirstFile].contains(state))
    }
  }
}
