import Carrier
import Contract
import ParcelStore

/// Watches the state of the contracts' feeds: records every change with its cause, and reports feeds that
/// brought their first rows, fell silent, or have to be configured again.
struct FeedWatch {
  let store: any EventStore
  let observer: any IngestObserver
  let rhythms: RhythmMemory

  /// Compares the state of the contracts with what was recorded last.
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - looked: the source that was read just now and has no more files that wait; nil: none was. Of the
  ///     other sources nobody knows whether something has come since they were read last.
  func update(_ rules: Rules, now: Int64, looked: SourceID?) async throws(StoreError) {
    let contracts = rules.contracts
    var before: [String: ContractStanding] = [:]
    for standing in try await store.standings() { before[standing.contract] = standing }
    let sources = try await store.sources().filter(\.isConfigured)
    let seenBefore = sources.compactMap(\.lastSuccessAt).max()
    let lookedAt = sources.lookedAt(now: now, looked)
    var past = FeedPast(try await store.feeds())
    var notes = FeedNotes(at: now)
    notes.renamings = past.renamings(
      to: contracts.contracts, gone: Self.gone(before, from: contracts))
    past = past.renaming(notes.renamings)
    var formerNames: [String: [String]] = [:]
    for renaming in notes.renamings {
      formerNames[renaming.to, default: []].append(renaming.from)
      before[renaming.to] = before.removeValue(forKey: renaming.from)
    }

    var lost = try await lostFeeds(past, contracts)
    for contract in contracts.contracts {
      let last = before.removeValue(forKey: contract.id)
      if contract.hasNamesake { continue }
      var lines = try await lines(of: contract, past, now: now, lookedAt)
      lines += lost.removeValue(forKey: contract.id) ?? []
      notes.named.merge(Self.named(by: contract, now: now, seenBefore)) { $1 }
      notes.shared += past.shared(by: contract)
      let standing = ContractStanding(
        contract: contract.id, source: contract.source, services: lines.map(\.service))
      let former = formerNames[contract.id]?.joined(separator: " and ")
      guard standing != last || former != nil else { continue }
      let cause =
        former.map { "renamed from \($0) (read \(rules.occasion))" }
        ?? lines.cause(contract.source, after: last, rules.occasion)
      notes.changes.append(ContractChange(at: now, cause: cause, standing: standing))
      report(lines, of: contract.id, after: last)
      reportProblems(of: contract, after: last)
    }
    // A contract that is missing may only be unreadable at the moment.
    if contracts.hasUnreadable { before = [:] }
    for last in before.values.sorted(by: { $0.contract < $1.contract }) {
      let lines = lost[last.contract] ?? []
      let standing = ContractStanding(
        contract: last.contract, source: nil, services: lines.map(\.service))
      guard standing != last else { continue }
      let cause = lines.causeOfGone(after: last, rules.occasion)
      notes.changes.append(ContractChange(at: now, cause: cause, standing: standing))
      report(lines, of: last.contract, after: last)
    }
    if notes.isNew(to: past) { try await store.record(notes) }
  }

  /// The state of each service of a contract.
  private func lines(
    of contract: MerchantContract, _ past: FeedPast, now: Int64, _ lookedAt: Int64?
  ) async throws(StoreError) -> [StandingLine] {
    var lines: [StandingLine] = []
    for service in contract.services {
      let rhythm = try await rhythms.rhythm(of: contract, service, past, store, lookedAt)
      let feed = contract.feed(
        of: service, past: past, rhythm: rhythm, now: now, lookedAt: lookedAt)
      lines.append(
        StandingLine(
          service.kind, account: service.account, accountID: service.accountID, feed))
    }
    return lines
  }

  /// The pairs that a contract names, and when it was edited to name them. That is not before the last
  /// look, which did not see it.
  private static func named(
    by contract: MerchantContract, now: Int64, _ seenBefore: Int64?
  ) -> [ServiceReference: FeedNotes.Naming] {
    let editedAt = min(now, max(contract.editedAt ?? now, seenBefore ?? .min))
    var named: [ServiceReference: FeedNotes.Naming] = [:]
    // A pair that two contracts name belongs to neither before one of them is corrected.
    for service in contract.services where service.conflict == nil {
      named[ServiceReference(contract: contract.id, kind: service.kind)] =
        service.pair.map { FeedNotes.Naming($0, editedAt: editedAt) }
    }
    return named
  }

  /// Contracts that were there once and are missing now, no matter since when: a file may be moved away,
  /// edited and put back under another name.
  private static func gone(
    _ before: [String: ContractStanding], from contracts: ContractSet
  ) -> [String] {
    guard !contracts.hasUnreadable else { return [] }
    return before.keys.filter { contracts[$0] == nil }
  }

  /// Services that were removed from all contracts although their rows still come, by contract.
  private func lostFeeds(
    _ past: FeedPast, _ contracts: ContractSet
  ) async throws(StoreError) -> [String: [StandingLine]] {
    let lost = try await store.lostFeeds(past, contracts)
    return Dictionary(grouping: lost, by: \.record.contract).mapValues { lost in
      lost.map { record, feed in
        StandingLine(
          record.service, account: record.account.account, accountID: record.account.accountID,
          feed)
      }
    }
  }

  /// Reports when a contract becomes incomplete, and when it stops being so.
  private func reportProblems(of contract: MerchantContract, after last: ContractStanding?) {
    // A contract without any service has no feed from which one could see it.
    let was =
      last.map { last in
        last.source != nil
          && (last.services.isEmpty || last.services.contains { $0.feed == .incomplete })
      } ?? false
    let problems = contract.problems.map(\.message) + contract.services.compactMap(\.conflict)
    guard problems.isEmpty == was else { return }
    observer.report(
      problems.isEmpty
        ? .contractComplete(contract.id) : .contractIncomplete(contract.id, problems: problems))
  }

  private func report(_ lines: [StandingLine], of contract: String, after last: ContractStanding?) {
    for line in lines {
      let former = last?.services.first { $0.kind == line.service.kind }
      // A broken feed is reported again for each further account: somebody may have acted meanwhile.
      let isKnown =
        former?.feed == line.service.feed && (former == line.service || !line.feed.isBroken)
      guard !isKnown else { continue }
      observer.report(
        .feedChanged(
          ServiceReference(contract: contract, kind: line.service.kind),
          account: line.service.account, accountID: line.service.accountID, line.feed))
    }
  }
}
