import Contract
import ParcelStore
import TrackingFile

/// Watches how contracts stand: notes every change with its cause, and tells of feeds that came to
/// life, fell silent or have to be configured again.
struct FeedWatch {
  let store: any EventStore
  let observer: any IngestObserver
  let rhythms: RhythmMemory

  /// Compares how the contracts stand with what was noted last.
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - hasLooked: whether the drop was looked at just now, and nothing waits in it; otherwise nobody can
  ///     say that nothing has come since the last look.
  func update(_ rules: Rules, now: Int64, hasLooked: Bool) async throws(StoreError) {
    let contracts = rules.contracts
    var before: [String: ContractStanding] = [:]
    for standing in try await store.standings() { before[standing.contract] = standing }
    let seen = try await store.lookedAt()
    var past = FeedPast(try await store.feeds())
    var notes = FeedNotes(at: now)
    notes.renamings = past.renamings(
      to: contracts.contracts, gone: Self.gone(before, from: contracts))
    past = past.renaming(notes.renamings)
    var formerName: [String: String] = [:]
    for renaming in notes.renamings {
      formerName[renaming.to] = renaming.from
      let last = before.removeValue(forKey: renaming.from)
      before[renaming.to] = last
    }

    var lost = try await lostFeeds(past, contracts)
    for contract in contracts.contracts {
      if contract.hasNamesake {
        before.removeValue(forKey: contract.id)
        continue
      }
      var lines: [Line] = []
      for service in contract.services {
        // Whose a pair is that two claim is not known before one of them lets go of it.
        if let pair = service.pair, service.conflict == nil {
          let edited = max(min(contract.editedAt ?? now, now), seen ?? 0)
          notes.named[ServiceReference(contract: contract.id, kind: service.kind)] =
            FeedNotes.Naming(pair, editedAt: min(edited, now))
        }
        let lookedAt = hasLooked ? now : seen
        let rhythm = try await rhythms.rhythm(of: contract, service, past, store, lookedAt)
        lines.append(
          Line(
            ContractStanding.Service(
              kind: service.kind, account: service.account, accountID: service.accountID,
              feed: .live),
            contract.feed(
              of: service, past: past, rhythm: rhythm, now: now, lookedAt: lookedAt)))
      }
      lines += lost.removeValue(forKey: contract.id) ?? []
      notes.shared += past.shared(by: contract)
      let standing = ContractStanding(
        contract: contract.id, source: contract.source, services: lines.map(\.service))
      let last = before.removeValue(forKey: contract.id)
      let former = formerName[contract.id]
      guard standing != last || former != nil else { continue }
      var cause = Self.cause(of: lines, standing.source, after: last, rules.occasion)
      if let former { cause = "renamed from \(former) (read \(rules.occasion))" }
      notes.changes.append(ContractChange(at: now, cause: cause, standing: standing))
      tell(of: lines, in: contract.id, after: last)
      tell(of: contract, after: last)
    }
    // What seems to be gone may only be unreadable for the moment.
    if contracts.hasUnreadable { before = [:] }
    for last in before.values {
      let lines = lost[last.contract] ?? []
      let standing = ContractStanding(
        contract: last.contract, source: nil, services: lines.map(\.service))
      guard standing != last else { continue }
      let cause =
        last.source != nil
        ? "removed (read \(rules.occasion))"
        : Self.causes(of: lines, after: last).joined(separator: "; ")
      notes.changes.append(
        ContractChange(
          at: now, cause: cause.isEmpty ? "none of its rows are held any more" : cause,
          standing: standing))
      tell(of: lines, in: last.contract, after: last)
    }
    let noted = Dictionary(
      past.named.map { ($0.reference, $0.account) }, uniquingKeysWith: { first, _ in first })
    guard
      !notes.changes.isEmpty || !notes.shared.isEmpty
        || notes.named.contains(where: { noted[$0.key] != $0.value.account })
    else { return }
    try await store.note(notes)
  }

  /// How a service stands now.
  private struct Line {
    var service: ContractStanding.Service
    var feed: Feed

    init(_ service: ContractStanding.Service, _ feed: Feed) {
      self.service = service
      self.service.feed = feed.state
      self.feed = feed
    }
  }

  /// Contracts that were there at the last look and are not any more.
  private static func gone(
    _ before: [String: ContractStanding], from contracts: ContractSet
  ) -> [String] {
    guard !contracts.hasUnreadable else { return [] }
    return before.values.filter { $0.source != nil && contracts[$0.contract] == nil }
      .map(\.contract)
  }

  /// Services that are in no contract any more while their rows come, by contract.
  private func lostFeeds(
    _ past: FeedPast, _ contracts: ContractSet
  ) async throws(StoreError) -> [String: [Line]] {
    let records = past.lost(from: contracts)
    guard !records.isEmpty else { return [:] }
    let held = Set(try await store.heldAccounts().map(\.account))
    var lines: [String: [Line]] = [:]
    for record in records where held.contains(record.account) {
      lines[record.contract, default: []].append(
        Line(
          ContractStanding.Service(
            kind: record.service, account: record.account.account,
            accountID: record.account.accountID, feed: .removed),
          Feed(lost: record, hasContract: contracts[record.contract] != nil)))
    }
    return lines
  }

  private static func cause(
    of lines: [Line], _ source: ContractSource?, after last: ContractStanding?,
    _ occasion: String
  ) -> String {
    guard let last, last.source != nil else { return "added (read \(occasion))" }
    guard last.source != source else {
      return causes(of: lines, after: last).joined(separator: "; ")
    }
    // Of a changed file the change itself says enough, but of silence.
    let silence = causes(of: lines.filter { $0.feed.state == .silent }, after: last)
    return (["file changed (read \(occasion))"] + silence).joined(separator: "; ")
  }

  /// Why feeds stand otherwise than they did, without any change of the contract's file.
  private static func causes(of lines: [Line], after last: ContractStanding) -> [String] {
    lines.compactMap { line in
      let former = last.services.first { $0.kind == line.service.kind }?.feed
      guard former != line.feed.state else { return nil }
      let why =
        switch (line.feed.state, former) {
        case (.live, .silent?): "rows came again"
        case (.live, .advisorToInform?), (.awaitingFirstFile, .advisorToInform?),
          (.awaitingFirstFile, .reconfigurationRequired?):
          "the day of tracking.requested came"
        case (.live, .incomplete?), (.awaitingFirstFile, .incomplete?):
          "no other contract claims its account any more"
        case (.live, _): "the first row came"
        case (.silent, _): line.feed.evidence ?? "nothing came"
        case (.incomplete, _): "another contract claims its account"
        case (.removed, _): "it is in no contract any more, and its rows come and are held"
        default: "its rows came under another account before"
        }
      return "\(line.service.kind.rawValue): \(why)"
    }
  }

  /// Tells when a contract becomes incomplete, and when it stops being so.
  private func tell(of contract: MerchantContract, after last: ContractStanding?) {
    // A contract without any service has no feed that could tell.
    let was =
      last.map { last in
        last.source != nil
          && (last.services.isEmpty || last.services.contains { $0.feed == .incomplete })
      } ?? false
    let problems = contract.problems.map(\.message) + contract.services.compactMap(\.conflict)
    guard problems.isEmpty == was else { return }
    observer.note(
      problems.isEmpty
        ? .contractComplete(contract.id) : .contractIncomplete(contract.id, problems: problems))
  }

  private func tell(of lines: [Line], in contract: String, after last: ContractStanding?) {
    for line in lines {
      let former = last?.services.first { $0.kind == line.service.kind }
      // Of a feed that is broken each further account is told, too: somebody may have acted by then.
      let isTold =
        former?.feed == line.service.feed && (former == line.service || !line.feed.isBroken)
      guard !isTold else { continue }
      observer.note(
        .feedChanged(
          ServiceReference(contract: contract, kind: line.service.kind),
          account: line.service.account, accountID: line.service.accountID, line.feed))
    }
  }
}

extension EventStore {
  /// When the drop was listed last: seconds since 1970; nil: it never was.
  public func lookedAt() async throws(StoreError) -> Int64? {
    try await note(PollNote.lastSuccess).flatMap { Int64($0) }
  }
}

/// What the poller writes down and others read.
public enum PollNote {
  public static let lastSuccess = "poll.last-success"
}
