import Carrier
import Contract

/// A feed as lists show it.
public struct FeedLine: Sendable {
  public var contract: String
  public var service: ServiceKind
  public var account: String?
  public var accountID: String?
  public var state: FeedState
  /// Nil where only the state is known, because the contract's file can't be read now.
  public var nextStep: String?
  /// Seconds since 1970; nil: no row came.
  public var lastRowAt: Int64?
  /// Whether the feed would count as silent if anybody had listed the drop.
  public var isUnwatched = false
  /// Whether somebody should act: a feed that has brought rows brings none, or they are held.
  public var isBroken: Bool

  /// A service of a contract.
  init(_ contract: MerchantContract, _ service: ContractService, _ feed: Feed, lastRowAt: Int64?) {
    self.contract = contract.id
    self.service = service.kind
    account = service.account
    accountID = service.accountID
    state = feed.state
    nextStep = feed.nextStep
    self.lastRowAt = lastRowAt
    isUnwatched = feed.isUnwatched
    isBroken = feed.isBroken
  }

  /// A service that is in no contract any more while its rows go on coming.
  init(lost record: FeedRecord, _ feed: Feed) {
    contract = record.contract
    service = record.service
    account = record.account.account
    accountID = record.account.accountID
    state = feed.state
    nextStep = feed.nextStep
    lastRowAt = record.lastRowAt
    isBroken = feed.isBroken
  }

  /// A service of a contract whose file can't be read now, by what was recorded last.
  /// - Parameter isInForce: whether a daemon still works with what it had read before; otherwise
  ///   the rows are held.
  init(
    _ service: ContractStanding.Service, of contract: String, lastRowAt: Int64?, isInForce: Bool
  ) {
    self.contract = contract
    self.service = service.kind
    account = service.account
    accountID = service.accountID
    let state = isInForce ? service.feed : .incomplete
    self.state = state
    self.lastRowAt = lastRowAt
    let isQuiet = ![.live, .awaitingFirstFile].contains(state)
    isBroken = state.isBroken || lastRowAt != nil && isQuiet
  }

  /// As a spreadsheet has it.
  var row: JSON {
    .object([
      ("contract", .string(contract)), ("service", .string(service.rawValue)),
      ("account", JSON(account)), ("account_id", JSON(accountID)),
      ("feed", .string(state.rawValue)),
      ("last_row_at", JSON(utc: lastRowAt)), ("next_step", JSON(nextStep)),
    ])
  }

  /// As `status --json` lists it.
  public var json: JSON {
    .object([
      ("contract", .string(contract)), ("service", .string(service.rawValue)),
      ("account_id", JSON(accountID)), ("feed", .string(state.rawValue)),
    ])
  }
}

extension [FeedLine] {
  /// A table; one sentence where there are no feeds.
  public var text: String {
    guard !isEmpty else { return "no contracts\n" }
    var table = Table(["contract", "service", "account", "account ID", "feed", "last row"])
    for line in self {
      table.add([
        line.contract, line.service.rawValue, line.account, line.accountID, line.state.rawValue,
        line.lastRowAt.map { TextForm.time($0) },
      ])
    }
    return table.text
  }

  /// As `status --json` lists them.
  public var json: JSON { .array(map(\.json)) }
}
