import Carrier
import Contract
import ParcelStore
import Status

/// Which entries of the journal an endpoint wants. What it does not want is passed over, and does not come later.
public struct DeliveryChoice: Sendable {
  public enum Verdict: Sendable, Hashable {
    case wanted, unwanted
    /// It is wanted unless the parcel's current status is too old, which `isYoung` says. The entry itself does not
    /// tell when that began.
    case wantedIfYoung
  }

  private let statuses: Set<ParcelStatus>?
  private let onlyChanges: Bool
  private let contracts: Set<String>?
  private let contractOfAccount: [AccountPair: String]
  /// Whether the file of a contract can't be read just now, so that nobody knows all of its accounts.
  private let isIncomplete: Bool
  private let maxAge: Int64

  /// - Parameter contracts: those in force: an account pair belongs to the one that names it.
  public init(_ endpoint: Endpoint, _ contracts: ContractSet) {
    statuses = endpoint.statuses
    onlyChanges = endpoint.onlyChanges
    self.contracts = endpoint.contracts
    maxAge = endpoint.maxAge.wholeSeconds
    isIncomplete = contracts.hasUnreadable
    var names: [AccountPair: String] = [:]
    for contract in contracts.contracts {
      for service in contract.services {
        if let pair = service.pair { names[pair] = contract.id }
      }
    }
    contractOfAccount = names
  }

  /// - Parameters:
  ///   - parcel: nil: not known yet; what only that can tell counts as wanted.
  ///   - instant: ages count back from here: seconds since 1970. It is the present; of an endpoint that lags, when it
  ///     last had all there was, because what has waited for it is not too old.
  public func verdict(
    _ entry: JournalEntry, of parcel: ParcelStanding? = nil, asOf instant: Int64
  ) -> Verdict {
    switch entry {
    case .event(let event): wants(event, of: parcel, asOf: instant) ? .wanted : .unwanted
    case .correction(let correction): wants(correction, of: parcel) ? .wantedIfYoung : .unwanted
    case .erasure(let erasure): wants(erasure) ? .wanted : .unwanted
    case .pruned: .unwanted
    }
  }

  /// Whether a parcel's current status is not too old to be told. One of which nobody knows when it began counts as too
  /// old: a new map may correct years of parcels at once, and what is left out can still be looked up.
  /// - Parameter since: `ParcelStanding.since`.
  public func isYoung(_ since: Int64?, asOf instant: Int64) -> Bool {
    since.map { $0 >= instant - maxAge } ?? false
  }

  private func wants(
    _ event: StoredEvent, of parcel: ParcelStanding?, asOf instant: Int64
  ) -> Bool {
    guard admits(event.meaning.status), admits(event.account, parcel) else { return false }
    // Where an older version did not note it, it may be a change.
    if onlyChanges, event.effect?.changesStatus == false { return false }
    // An event without a date, or with one that can't be right, counts from when it came.
    return isYoung(event.timelineEntry.since(), asOf: instant)
  }

  private func wants(_ correction: StatusCorrection, of parcel: ParcelStanding?) -> Bool {
    guard admits(correction.status), admits(correction.parcel.account, parcel) else { return false }
    return !onlyChanges || correction.status != correction.previous
  }

  /// Whoever may have got the recipient's data must hear of it, whatever it wants else, by today's configuration. Only a
  /// parcel of somebody else's contract is none of its business.
  private func wants(_ erasure: Erasure) -> Bool {
    guard let contracts, let account = erasure.account, let owner = contractOfAccount[account]
    else { return true }
    return contracts.contains(owner)
  }

  private func admits(_ status: ParcelStatus) -> Bool { statuses?.contains(status) ?? true }

  private func admits(_ account: AccountPair, _ parcel: ParcelStanding?) -> Bool {
    guard let contracts else { return true }
    if let owner = contractOfAccount[account] { return contracts.contains(owner) }
    guard isIncomplete else { return false }
    // A mistake in a contract's file loses nothing of what waits: its rows said whose they were when they came.
    guard let parcel else { return true }
    return parcel.contract.map { contracts.contains($0) } ?? false
  }
}
