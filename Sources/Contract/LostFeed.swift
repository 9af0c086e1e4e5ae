import Carrier

extension FeedPast {
  /// Services that brought rows and are in no contract any more, and whose pairs no other service
  /// has. Empty as long as some contract can't be read: it may have them.
  public func lost(from contracts: ContractSet) -> [FeedRecord] {
    guard !contracts.hasUnreadable else { return [] }
    var present: Set<AccountPair> = []
    for service in (contracts.contracts + contracts.namesakes).flatMap(\.services) {
      if let pair = service.pair { present.insert(pair) }
    }
    return remembered.filter { record in
      record.lastRowAt != nil && !present.contains(record.account)
        && contracts[record.contract]?[record.service] == nil
        && owner(of: record.account)?.reference == record.reference
    }
  }
}

extension Feed {
  /// The feed of a service that is in no contract any more, while its rows come and are held.
  public init(lost record: FeedRecord, hasContract: Bool) {
    let pair = "account \(record.account.account), account ID \(record.account.accountID)"
    let fate =
      hasContract
      ? "contract \(record.contract) has no \(record.service.rawValue) any more"
      : "contract \(record.contract) is gone"
    let nextStep = """
      Rows of \(pair) come and are held, but \(fate): put it back, or, if that was meant, tell your \
      Colis Privé sales advisor, and throw them away with colisd held discard --account-id \
      \(record.account.accountID).
      """
    self.init(.removed, nextStep)
  }
}
