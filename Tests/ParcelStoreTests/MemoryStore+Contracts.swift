import Carrier
import Contract
import ParcelStore
import TrackingFile

/// Held rows, feeds and contracts.
extension MemoryStore {
  func held() async throws(StoreError) -> [HeldSummary] {
    Dictionary(grouping: heldRows.values, by: \.account)
      .map { account, rows in
        HeldSummary(
          account: account, reason: holdReasons[account] ?? .unknownAccount, rows: rows.count,
          oldest: rows.map(\.receivedAt).min() ?? 0)
      }
      .sorted {
        ($0.account.accountID, $0.account.account) < ($1.account.accountID, $1.account.account)
      }
  }

  func heldAccounts() async throws(StoreError) -> [HeldAccount] {
    var accounts: [AccountPair] = []
    for key in heldRows.keys.sorted(by: precedes) {
      guard let account = heldRows[key]?.account, !accounts.contains(account) else { continue }
      accounts.append(account)
    }
    return accounts.map { HeldAccount(account: $0, reason: holdReasons[$0] ?? .unknownAccount) }
  }

  private func precedes(_ left: LineKey, _ right: LineKey) -> Bool {
    (left.file, left.line) < (right.file, right.line)
  }

  func heldRows(of account: AccountPair) async throws(StoreError) -> Int {
    heldRows.values.count { $0.account == account }
  }

  func heldRun(
    of account: AccountPair, after cursor: HeldCursor, limit: Int
  ) async throws(StoreError) -> HeldRun? {
    let keys = heldRows.filter { key, row in
      row.account == account
        && (key.file.rawValue, Int64(key.line)) > (cursor.file, cursor.line)
    }.keys.sorted(by: precedes)
    guard let first = keys.first else { return nil }
    let isStale = staleLines.contains(first)
    let like = heldRows[first]
    let run = keys.prefix {
      $0.file == first.file && staleLines.contains($0) == isStale
        && heldRows[$0]?.reading == like?.reading && heldRows[$0]?.receivedAt == like?.receivedAt
    }.prefix(limit)
    let row = ledger.first { $0.file.id == first.file }
    return HeldRun(
      origin: HeldOrigin(
        file: first.file, path: row?.file.path ?? "",
        receivedAt: like?.receivedAt ?? 0, isStale: isStale),
      header: like?.reading?.header ?? row?.header ?? [], layout: like?.reading?.layout,
      rows: run.map { KeptRow(line: $0.line, raw: heldRows[$0]?.raw ?? []) },
      last: HeldCursor(file: first.file.rawValue, line: Int64(run.last?.line ?? 0)))
  }

  func setReason(_ reason: HoldReason, for account: AccountPair) async throws(StoreError) {
    holdReasons[account] = reason
  }

  func discardHeld(_ selection: HeldSelection) async throws(StoreError) -> Int {
    let meant = heldRows.filter { _, row in
      (selection.accountID ?? row.account.accountID) == row.account.accountID
        && (selection.account ?? row.account.account) == row.account.account
        && row.receivedAt < selection.before ?? .max
    }.keys
    for key in meant {
      heldRows[key] = nil
      guard staleLines.remove(key) == nil,
        let row = ledger.firstIndex(where: { $0.file.id == key.file })
      else { continue }
      ledger[row].file.counts.held -= 1
      ledger[row].file.counts.skipped += 1
    }
    return meant.count
  }

  func feeds() async throws(StoreError) -> [FeedRecord] {
    Set(feedTimes.keys).union(firstNamedAt.keys).map { key in
      var record = FeedRecord(
        contract: key.service.contract, service: key.service.kind, account: key.account,
        namedSince: namedSince[key])
      if let first = firstNamedAt[key] { record.firstNamedAt = first }
      record.namedUntil = namedUntil[key]
      record.firstRowAt = feedTimes[key]?.first
      record.lastRowAt = feedTimes[key]?.last
      return record
    }.sorted {
      ($0.contract, $0.service.rawValue, "\($0.account)")
        < ($1.contract, $1.service.rawValue, "\($1.account)")
    }
  }

  func days(
    of service: ServiceReference, since day: CalendarDay
  ) async throws(StoreError) -> [FeedDay] {
    (feedDays[service] ?? [:]).filter { $0.key >= day }.sorted { $0.key < $1.key }
      .map { FeedDay(day: $0.key, firstAt: $0.value) }
  }

  func forgetDays(before day: CalendarDay) async throws(StoreError) {
    for service in feedDays.keys { feedDays[service] = feedDays[service]?.filter { $0.key >= day } }
  }

  func standings() async throws(StoreError) -> [ContractStanding] {
    var last: [String: ContractStanding] = [:]
    for change in contractChanges { last[change.standing.contract] = change.standing }
    return last.values.sorted { $0.contract < $1.contract }
  }

  func record(_ notes: FeedNotes) async throws(StoreError) {
    for renaming in notes.renamings { rename(renaming) }
    contractChanges += notes.changes
    let taken = Set(notes.named.values.map(\.account))
    for key in namedSince.keys {
      let now = notes.named[key.service]?.account
      guard now != key.account, now != nil || taken.contains(key.account) else { continue }
      namedSince[key] = nil
      namedUntil[key] = notes.at
    }
    for (service, naming) in notes.named {
      let key = FeedKey(service: service, account: naming.account)
      guard namedSince[key] == nil else { continue }
      namedSince[key] = notes.at
      firstNamedAt[key] = firstNamedAt[key] ?? naming.editedAt
      namedUntil[key] = nil
    }
    for record in notes.shared {
      let key = FeedKey(service: record.reference, account: record.account)
      if feedTimes[key] == nil, let first = record.firstRowAt, let last = record.lastRowAt {
        feedTimes[key] = (first, last)
      }
    }
  }

  private func rename(_ renaming: FeedNotes.Renaming) {
    func renamed(_ service: ServiceReference) -> ServiceReference {
      guard service.contract == renaming.from else { return service }
      return ServiceReference(contract: renaming.to, kind: service.kind)
    }
    func merge<Value>(
      _ values: inout [FeedKey: Value], _ choose: (Value, Value) -> Value
    ) {
      values = Dictionary(
        values.map {
          (FeedKey(service: renamed($0.key.service), account: $0.key.account), $0.value)
        },
        uniquingKeysWith: choose)
    }
    merge(&namedSince, min)
    merge(&firstNamedAt, min)
    merge(&namedUntil, max)
    merge(&feedTimes) { (min($0.first, $1.first), max($0.last, $1.last)) }
    feedDays = Dictionary(
      feedDays.map { (renamed($0.key), $0.value) },
      uniquingKeysWith: { $0.merging($1, uniquingKeysWith: min) })
    for index in contractChanges.indices
    where contractChanges[index].standing.contract == renaming.from {
      contractChanges[index].standing.contract = renaming.to
    }
  }

  func changes(of contract: String) async throws(StoreError) -> [ContractChange] {
    contractChanges.filter { $0.standing.contract == contract }
  }
}
