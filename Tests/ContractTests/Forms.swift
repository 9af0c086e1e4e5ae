import Carrier
import Contract

/// Forms and contracts as merchants fill them, for tests to spoil one field at a time.
enum Forms {
  static let today = CalendarDay("2026-11-24")
  static let texts: [ContractField: String] = [
    .username: "DUPONTWS", .password: "a secret", .account: "E1", .accountID: "EM180619",
    .controlKey: "another secret", .destinationCode: "DST01",
  ]

  /// A service with all of its fields, the optional ones included.
  static func service(
    _ kind: ServiceKind, without missing: Set<ContractField> = [],
    _ changed: [ContractField: String] = [:]
  ) -> ServiceForm {
    let given = texts.filter { kind.fields.contains($0.key) && !missing.contains($0.key) }
    return ServiceForm(fields: given.merging(changed) { $1 })
  }

  /// A contract that admits its rows from 2026-11-02 on.
  static func contract(
    id: String = "dupont", plan: String? = "growth", active: String? = "true",
    requested: String? = "2026-11-02", silence: String? = nil,
    _ services: [ServiceKind: ServiceForm] = [.homeFR: service(.homeFR)]
  ) -> MerchantContract {
    MerchantContract(
      form: ContractForm(
        id: id, subscription: .init(plan: plan, active: active),
        tracking: .init(requested: requested, silence: silence), services: services))
  }

  static func pair(_ account: String = "E1", _ accountID: String = "EM180619") -> AccountPair? {
    AccountPair(account: account, accountID: accountID)
  }
}

extension FeedRecord {
  /// The same record with the times of its rows.
  func withRows(first: Int64?, last: Int64?) -> FeedRecord {
    var record = self
    record.firstRowAt = first
    record.lastRowAt = last
    return record
  }
}
