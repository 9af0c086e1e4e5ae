import TrackingFile

/// A service of a contract, by name.
public struct ServiceReference: Hashable, Sendable {
  /// The contract's id.
  public let contract: String
  public let kind: ServiceKind

  public init(contract: String, kind: ServiceKind) {
    self.contract = contract
    self.kind = kind
  }
}

/// What the gate decides about an account pair.
public enum Verdict: Hashable, Sendable {
  case admit(ServiceReference)
  case hold(HoldReason)
  /// Counted, but not kept.
  case skip
}

/// Decides which rows may enter: those whose account pair belongs to a service of a contract that is
/// complete, subscribed and whose tracking was requested.
///
/// A gate is a verdict for every known pair on one day; make a new one when the day or a contract
/// changes.
///
/// ```swift
/// let gate = Gate(contracts: contracts, today: today, unknownAccounts: .hold)
/// let gated = gate.admit(batch)
/// ```
public struct Gate: Sendable {
  /// The services that rows are admitted for; `ServiceIndex` counts in it.
  public let services: [ServiceReference]
  private let accounts: AccountTable
  /// By the pair's number in `accounts`.
  private let decisions: [Decision]
  private let ofUnknown: Decision

  /// - Parameters:
  ///   - today: decides which days of `requested` lie ahead.
  ///   - formerPairs: pairs that services had before and have no more.
  public init(
    contracts: ContractSet, today: CalendarDay, unknownAccounts: UnknownAccounts,
    formerPairs: Set<AccountPair> = []
  ) {
    var services: [ServiceReference] = []
    var decisions: [AccountPair: Decision] = [:]
    for pair in formerPairs { decisions[pair] = .hold(.accountChanged) }
    var claimed: Set<AccountPair> = []
    for contract in contracts.contracts {
      let reason = contract.holdReason(on: today)
      for service in contract.services {
        guard let pair = service.pair, claimed.insert(pair).inserted else { continue }
        if let reason {
          decisions[pair] = .hold(reason)
        } else {
          decisions[pair] = .admit(Int32(services.count))
          services.append(ServiceReference(contract: contract.id, kind: service.kind))
        }
      }
    }
    // Whose rows they are is open until one contract lets go of the pair.
    for conflict in contracts.conflicts {
      if case .pairClaimedTwice(let pair) = conflict.kind {
        decisions[pair] = .hold(.contractIncomplete)
      }
    }
    self.services = services
    var accounts = AccountTable()
    var ofAccounts: [Decision] = []
    for (pair, decision) in decisions {
      _ = accounts.append(pair)
      ofAccounts.append(decision)
    }
    self.accounts = accounts
    self.decisions = ofAccounts
    ofUnknown = unknownAccounts == .skip ? .skip : .hold(.unknownAccount)
  }

  public func verdict(for pair: AccountPair) -> Verdict {
    switch decision(on: pair) {
    case .admit(let index): .admit(services[Int(index)])
    case .hold(let reason): .hold(reason)
    case .skip: .skip
    }
  }

  /// Sorts the records of a batch into admitted, held and skipped ones.
  public func admit(_ batch: RecordBatch) -> GatedBatch {
    var admitted: [AdmittedRecord] = []
    var held: [HeldRecord] = []
    var skipped = 0
    admitted.reserveCapacity(batch.records.count)
    // Once an account pair, not once a row.
    let ofAccounts = batch.accounts.map(decision)
    for index in batch.records.indices {
      let decision = ofAccounts[Int(batch.records[index].account)]
      let place = Int32(truncatingIfNeeded: index)
      switch decision {
      case .admit(let service):
        admitted.append(AdmittedRecord(index: place, service: ServiceIndex(index: service)))
      case .hold(let reason):
        held.append(HeldRecord(index: place, reason: reason))
      case .skip:
        skipped += 1
      }
    }
    return GatedBatch(
      batch: batch, services: services, admitted: admitted, held: held, skipped: skipped)
  }

  private func decision(on pair: AccountPair) -> Decision {
    accounts.number(of: pair).map { decisions[$0] } ?? ofUnknown
  }

  private enum Decision: Sendable {
    case admit(Int32)
    case hold(HoldReason)
    case skip
  }
}
