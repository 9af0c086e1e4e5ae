import Carrier
import TrackingFile

/// Decides which rows may enter: those whose account pair belongs to a service of a contract that is
/// complete, subscribed and whose tracking was requested.
///
/// A gate has a verdict on every known pair for one day; make a new one when the day, a contract or
/// the past changes.
///
/// ```swift
/// let gate = Gate(contracts: contracts, today: today, unknownAccounts: .hold, past: past)
/// let gated = gate.admit(batch, known: store.known(gate.questions(about: batch)))
/// ```
public struct Gate: Sendable {
  /// The services that rows are admitted for; `ServiceIndex` is an index into it.
  public let services: [ServiceReference]
  private let accounts: AccountTable
  /// By the pair's number in `accounts`.
  private let decisions: [Decision]
  private let decisionOnUnknown: Decision
  /// Only where unknown pairs are skipped.
  private let strangers: Strangers?
  /// Whether any verdict depends on which parcels are known.
  private let hasQuestions: Bool

  /// - Parameters:
  ///   - today: decides which days of `requested` lie ahead.
  ///   - past: which pairs services had before, and what came under them.
  public init(
    contracts: ContractSet, today: CalendarDay, unknownAccounts: UnknownAccounts,
    past: FeedPast = FeedPast()
  ) {
    var services: [ServiceReference] = []
    var accounts = AccountTable()
    var decisions: [Decision] = []
    /// Gives a pair its verdict, unless it has one.
    func decide(_ pair: AccountPair, _ decision: Decision) {
      guard accounts.number(of: pair) == nil else { return }
      _ = accounts.append(pair)
      decisions.append(decision)
    }
    // Whose rows they are is not clear until one of the contracts gives the pair up.
    for conflict in contracts.conflicts {
      if case .pairClaimedTwice(let pair) = conflict.kind {
        decide(pair, .hold(.contractIncomplete))
      }
    }
    for service in contracts.namesakes.flatMap(\.services) {
      if let pair = service.pair { decide(pair, .hold(.contractIncomplete)) }
    }
    func number(of service: ServiceReference) -> Int32 {
      services.append(service)
      return Int32(services.count - 1)
    }
    var heldPairs: [(pair: AccountPair, reason: HoldReason, isChanged: Bool)] = []
    for contract in contracts.contracts {
      let contractReason = contract.holdReason(on: today)
      for service in contract.services {
        guard let pair = service.pair else { continue }
        if let reason = contract.holdReason(of: service, on: today, past: past) {
          heldPairs.append((pair, reason, contractReason == nil && service.conflict == nil))
        } else {
          let reference = ServiceReference(contract: contract.id, kind: service.kind)
          decide(pair, .admit(number(of: reference)))
        }
      }
    }
    // After all admitted pairs: a pair that two services of a contract share is admitted when one
    // of them is.
    for (pair, reason, isChanged) in heldPairs {
      // Rows may still come for parcels of the service that had the pair before.
      if isChanged, let owner = past.owner(of: pair) {
        decide(pair, .admitKnown(number(of: owner.reference), otherwise: reason))
      } else {
        decide(pair, .hold(reason))
      }
    }
    // After all present pairs: a pair that went to another contract belongs to that one. Of several
    // services that had it before, it belongs to the last one.
    for contract in contracts.contracts {
      let reason = contract.holdReason(on: today)
      for service in contract.services {
        for former in past.former(contract, service)
        where past.owner(of: former.account, among: contracts)?.reference == former.reference {
          if let reason {
            decide(former.account, .hold(reason))
          } else {
            decide(
              former.account,
              .admitKnown(number(of: former.reference), otherwise: .accountChanged))
          }
        }
      }
    }
    // A pair that a contract once had is never skipped: the contract may lack a field, or its file
    // be unreadable, only for the moment.
    for record in past.remembered {
      let contract = contracts[record.contract]
      let isForTheMoment = contract.map { !$0.isComplete } ?? contracts.hasUnreadable
      let isNamed = record.namedSince != nil
      decide(
        record.account, .hold(isForTheMoment && isNamed ? .contractIncomplete : .unknownAccount))
    }
    self.services = services
    self.accounts = accounts
    self.decisions = decisions
    // As long as some contract's pairs are not known, an unknown pair may be one of them.
    let skips = unknownAccounts == .skip && contracts.isWhole
    decisionOnUnknown = skips ? .skip : .hold(.unknownAccount)
    strangers = skips ? Strangers(contracts) : nil
    hasQuestions = decisions.contains { if case .admitKnown = $0 { true } else { false } }
  }

  public func verdict(for pair: AccountPair) -> Verdict {
    switch decision(on: pair) {
    case .admit(let index): .admit(services[Int(index)])
    case .admitKnown(let index, let reason):
      .admitKnown(services[Int(index)], otherwise: reason)
    case .hold(let reason): .hold(reason)
    case .skip: .skip
    }
  }

  /// Why a whole file of a pair is not worth fetching; nil when any of its rows may come in.
  ///
  /// A pair whose rows would be skipped counts as unknown: nothing of a file is lost as long as it is
  /// not fetched.
  public func reason(against pair: AccountPair) -> HoldReason? {
    switch decision(on: pair) {
    case .admit, .admitKnown: nil
    case .hold(let reason): reason
    case .skip: .unknownAccount
    }
  }

  /// The parcels of a batch about which the gate must know whether the store has them; most batches have
  /// none.
  public func questions(about batch: RecordBatch) -> Set<ParcelOfAccount> {
    guard hasQuestions else { return [] }
    let isAsked = batch.accounts.map { pair in
      if case .admitKnown = decision(on: pair) { true } else { false }
    }
    guard isAsked.contains(true) else { return [] }
    return Set(
      batch.records.lazy.filter { isAsked[Int($0.account)] }.map {
        ParcelOfAccount(number: $0.parcel, account: batch.account(of: $0))
      })
  }

  /// Sorts the records of a batch into admitted, held and skipped ones.
  /// - Parameter known: those of the parcels asked for by `questions` that the store has.
  public func admit(_ batch: RecordBatch, known: Set<ParcelOfAccount> = []) -> GatedBatch {
    var admitted: [AdmittedRecord] = []
    var held: [HeldRecord] = []
    admitted.reserveCapacity(batch.records.count)
    // Once per account pair, not once per row.
    let decisionsOfBatch = batch.accounts.map(decision)
    let skips = decisionsOfBatch.contains { if case .skip = $0 { true } else { false } }
    /// By the pair's index in the batch.
    var skipped = skips ? [Int](repeating: 0, count: decisionsOfBatch.count) : []
    for index in batch.records.indices {
      let decision = decisionsOfBatch[Int(batch.records[index].account)]
      let place = Int32(index)
      switch decision {
      case .admit(let service):
        admitted.append(AdmittedRecord(index: place, service: ServiceIndex(index: service)))
      case .hold(let reason):
        held.append(HeldRecord(index: place, reason: reason))
      case .skip:
        skipped[Int(batch.records[index].account)] += 1
      case .admitKnown(let service, let otherwise):
        let record = batch.records[index]
        let parcel = ParcelOfAccount(
          number: record.parcel, account: batch.account(of: record))
        if known.contains(parcel) {
          admitted.append(AdmittedRecord(index: place, service: ServiceIndex(index: service)))
        } else {
          held.append(HeldRecord(index: place, reason: otherwise))
        }
      }
    }
    return GatedBatch(
      batch: batch, services: services, admitted: admitted, held: held,
      skipped: zip(batch.accounts, skipped).filter { $0.1 > 0 }.map {
        SkippedRecords(account: $0.0, rows: $0.1)
      })
  }

  private func decision(on pair: AccountPair) -> Decision {
    if let number = accounts.number(of: pair) { return decisions[number] }
    // A pair that may be a misspelt one of a contract is held as well.
    guard let strangers, !strangers.contains(pair) else { return decisionOnUnknown }
    return .hold(.unknownAccount)
  }

  private enum Decision: Sendable {
    case admit(Int32)
    case admitKnown(Int32, otherwise: HoldReason)
    case hold(HoldReason)
    case skip
  }
}
