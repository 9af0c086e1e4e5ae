import Carrier
import Contract

/// One contract with its services: how their feeds stand, and what to do next.
public struct ContractPage: Sendable {
  package struct Service: Sendable {
    package let service: ContractService
    package let feed: Feed
    /// What is remembered of its present account pair; nil: nothing.
    package let record: FeedRecord?
    /// The account pairs that it had before, the one with the latest row first.
    package let former: [Former]
  }

  package struct Former: Sendable {
    package let record: FeedRecord
    /// Whether rows of parcels that are known still come in under it.
    package let admitsKnown: Bool
  }

  public let contract: MerchantContract
  package let services: [Service]

  init(_ contract: MerchantContract, _ knowledge: FeedKnowledge, _ gate: Gate) {
    self.contract = contract
    services = contract.services.map { service in
      let reference = ServiceReference(contract: contract.id, kind: service.kind)
      let known = Verdict.admitKnown(reference, otherwise: .accountChanged)
      return Service(
        service: service,
        feed: contract.feed(
          of: service, past: knowledge.past, rhythm: knowledge.rhythms[reference],
          now: knowledge.now, lookedAt: knowledge.lookedAt),
        record: knowledge.past.present(contract, service),
        former: knowledge.past.former(contract, service).map {
          Former(record: $0, admitsKnown: gate.verdict(for: $0.account) == known)
        })
    }
  }

  public var json: JSON {
    .object([
      ("id", .string(contract.id)), ("name", JSON(contract.name)),
      ("plan", JSON(contract.plan?.rawValue)), ("services", .array(services.map(\.json))),
      ("problems", .array(contract.problems.map { .string($0.message) })),
    ])
  }

  public var text: String {
    var text = "Contract \(contract.id)"
    if let name = contract.name { text += ", \(singleLine(name))" }
    text += "\nplan \(contract.plan?.rawValue ?? "-")\(contract.isActive ? "" : " (not active)")\n"
    for service in services { text += service.text }
    if !contract.problems.isEmpty {
      text += "\n" + contract.problems.map { "problem: \(singleLine($0.message))\n" }.joined()
    }
    return text
  }
}

extension ContractPage.Service {
  fileprivate var json: JSON {
    .object([
      ("service", .string(service.kind.rawValue)), ("account", JSON(service.account)),
      ("account_id", JSON(service.accountID)), ("feed", .string(feed.state.rawValue)),
      ("next_step", .string(feed.nextStep)), ("last_row_at", JSON(utc: record?.lastRowAt)),
      ("methods", .array(service.methods.map(\.json))),
      ("first_row_at", JSON(utc: record?.firstRowAt)), ("message", JSON(feed.message?.text)),
      ("former_accounts", .array(former.map(\.json))),
    ])
  }

  fileprivate var text: String {
    var text = "\n\(service.kind.rawValue): \(singleLine(service.account ?? "-")) / "
    text += "\(singleLine(service.accountID ?? "-")), \(feed.state.rawValue)\n"
    text += "  \(singleLine(feed.nextStep))\n"
    text += former.map(\.text).joined()
    text += service.methods.map(\.text).joined()
    if let message = feed.message {
      text += "\n  Message for the advisor:\n\n"
      text += message.text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? "\n" : "    \(singleLine(String($0)))\n" }.joined()
    }
    return text
  }
}

extension ContractPage.Former {
  fileprivate var json: JSON {
    .object([
      ("account", .string(record.account.account)),
      ("account_id", .string(record.account.accountID)),
      ("last_row_at", JSON(utc: record.lastRowAt)),
    ])
  }

  fileprivate var text: String {
    let last = record.lastRowAt.map { WallClock.paris.rfc3339(seconds: $0) } ?? "-"
    return "  before: \(record.account), last row at \(last)"
      + (admitsKnown ? "; rows of parcels that are known come in\n" : "\n")
  }
}

extension ShippingMethod {
  fileprivate var json: JSON {
    .object([
      ("method", .string(name)), ("enabled", .bool(isEnabled)),
      ("missing", .array(missing.map { .string($0.rawValue) })),
      ("label_price", .string(labelPrice)),
    ])
  }

  fileprivate var text: String {
    let missing = missing.map(\.rawValue).joined(separator: ", ")
    return "  \(name): \(isEnabled ? "enabled, label \(labelPrice)" : "needs \(missing)")\n"
  }
}
