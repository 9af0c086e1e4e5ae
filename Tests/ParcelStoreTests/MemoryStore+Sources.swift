import ParcelStore

extension MemoryStore {
  func register(
    _ sources: [ConfiguredSource]
  ) async throws(StoreError) -> (ids: [SourceID], changes: [SourceChange]) {
    let registration = SourceRegistration(sources, known: sourceRows)
    for step in registration.steps {
      if case .setPlace(let id, _) = step, row(id).place != "" {
        for row in ledger.indices where ledger[row].source.rawValue == id {
          ledger[row].isAwaited = false
          ledger[row].isMissing = false
        }
      }
      guard case .movePending(let from, let to) = step else { continue }
      for row in ledger.indices
      where ledger[row].source.rawValue == from && ledger[row].file.postAction.isPending {
        ledger[row].source = SourceID(rawValue: to)
      }
    }
    sourceRows = registration.rows
    return (
      registration.ids.map { SourceID(rawValue: $0) }, registration.events.compactMap(change)
    )
  }

  private func change(_ event: SourceRegistration.Event) -> SourceChange? {
    switch event {
    case .adopted: nil
    case .renamed(let from, let to): .renamed(from: from, to: to)
    case .moved(let id, let former):
      .moved(
        name: row(id).name, from: row(former).place, to: row(id).place, pending: pending(former))
    case .returned(let id):
      .returned(name: row(id).name, to: row(id).place, pending: pending(id))
    case .removed(let id):
      .removed(name: row(id).name, place: row(id).place, pending: pending(id))
    }
  }

  private func row(_ id: Int64) -> SourceRegistration.Row {
    sourceRows.first { $0.id == id }
      ?? .init(id: id, name: "", place: "", isFormer: false, isConfigured: false)
  }

  private func pending(_ id: Int64) -> Int {
    ledger.count { $0.source.rawValue == id && $0.file.postAction.isPending }
  }

  func sources() async throws(StoreError) -> [KnownSource] {
    sourceRows.filter { !$0.isFormer }.map { row in
      let id = SourceID(rawValue: row.id)
      var known = KnownSource(
        id: id, name: row.name, place: row.place, isConfigured: row.isConfigured)
      guard let noted = knownSources[id] else { return known }
      known.lastPollAt = noted.lastPollAt
      known.lastSuccessAt = noted.lastSuccessAt
      known.nextPollAt = noted.nextPollAt
      known.isReachable = noted.isReachable
      known.error = noted.error
      known.ownError = noted.ownError
      return known
    }
  }

  func notePoll(
    of source: SourceID, _ outcome: PollOutcome, at time: Int64, next: Int64?
  ) async throws(StoreError) {
    var known =
      knownSources[source] ?? KnownSource(id: source, name: "", place: "", isConfigured: true)
    known.record(outcome, at: time, next: next)
    knownSources[source] = known
  }

  func abandonedPlaces() async throws(StoreError) -> [AbandonedPlace] {
    sourceRows.filter { !$0.isConfigured && pending($0.id) > 0 }.map {
      AbandonedPlace(name: $0.name, place: $0.place, files: pending($0.id))
    }
  }

  /// A file as the ledger shows it.
  func shown(_ row: LedgerRow) -> LedgerFile {
    var file = row.file
    let source = sourceRows.first { $0.id == row.source.rawValue }
    file.source = source?.name
    if let source, !source.isConfigured, file.postAction.isPending {
      file.abandonedPlace = source.place
    }
    return file
  }
}
