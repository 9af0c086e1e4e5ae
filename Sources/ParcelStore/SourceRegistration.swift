/// Decides which of a store's sources are those of a configuration. Every store follows it, so that all of
/// them decide alike.
package struct SourceRegistration: Sendable {
  /// One of the store's rows.
  package struct Row: Hashable, Sendable {
    package var id: Int64
    package var name: String
    package var place: String
    /// Whether only what is still to be moved or deleted belongs to it: its source is elsewhere by now.
    package var isFormer: Bool
    package var isConfigured: Bool

    package init(id: Int64, name: String, place: String, isFormer: Bool, isConfigured: Bool) {
      self.id = id
      self.name = name
      self.place = place
      self.isFormer = isFormer
      self.isConfigured = isConfigured
    }
  }

  /// What a store has to do, in this order.
  package enum Step: Hashable, Sendable {
    /// Add a row.
    case add(Row)
    /// Let pending actions go on with another row: when a source moves, or comes back.
    case movePending(from: Int64, to: Int64)
    case rename(from: String, to: String)
    case setPlace(Int64, String)
    case delete(Int64)
  }

  /// A change of a source, which is reported with the number of files concerned.
  package enum Event: Hashable, Sendable {
    case adopted(Int64)
    case renamed(from: String, to: String)
    /// `former`: the row that has the pending actions now.
    case moved(Int64, former: Int64)
    case returned(Int64)
    case removed(Int64)
  }

  /// The number of each configured source, in the configuration's order.
  package private(set) var ids: [Int64] = []
  package private(set) var steps: [Step] = []
  package private(set) var events: [Event] = []
  /// The rows as they are afterwards.
  package private(set) var rows: [Row]
  private var nextID: Int64

  /// The name of the source that older versions had, before its files belong to one of today.
  package static let legacyName = ""

  package init(_ configured: [ConfiguredSource], known rows: [Row]) {
    self.rows = rows
    nextID = (rows.map(\.id).max() ?? SourceID.local.rawValue) + 1
    let names = Set(configured.map(\.name))
    var found = configured.map { source in head(named: source.name) }
    // Under a new name at the same place, unless the configuration still has the former name.
    for (index, source) in configured.enumerated() where found[index] == nil {
      found[index] =
        self.rows.first { row in
          !row.isFormer && row.place == source.place && !names.contains(row.name)
            && !found.contains(row.id)
        }?.id
    }
    // What an older version read belongs to the first one that the store does not know.
    if let legacy = head(named: Self.legacyName), !found.contains(legacy),
      let index = found.firstIndex(of: nil)
    {
      found[index] = legacy
    }
    for (source, id) in zip(configured, found) { register(source, id) }
    for index in self.rows.indices where !self.rows[index].isFormer {
      let row = self.rows[index]
      self.rows[index].isConfigured = ids.contains(row.id)
      if row.isConfigured, !ids.contains(row.id) { events.append(.removed(row.id)) }
    }
  }

  private func head(named name: String) -> Int64? {
    rows.first { !$0.isFormer && $0.name == name }?.id
  }

  private mutating func register(_ source: ConfiguredSource, _ known: Int64?) {
    guard let known, let row = rows.first(where: { $0.id == known }) else {
      ids.append(nextID)
      add(
        Row(
          id: nextID, name: source.name, place: source.place, isFormer: false, isConfigured: true))
      return
    }
    ids.append(known)
    if row.name != source.name {
      steps.append(.rename(from: row.name, to: source.name))
      for index in rows.indices where rows[index].name == row.name {
        rows[index].name = source.name
      }
      events.append(
        row.name == Self.legacyName
          ? .adopted(known) : .renamed(from: row.name, to: source.name))
    }
    guard row.place != source.place else { return }
    if !row.place.isEmpty { leave(row, as: source) }
    steps.append(.setPlace(known, source.place))
    for index in rows.indices where rows[index].id == known { rows[index].place = source.place }
    let former = rows.first { row in
      row.isFormer && row.name == source.name && row.place == source.place
    }
    guard let former else { return }
    steps += [.movePending(from: former.id, to: known), .delete(former.id)]
    rows.removeAll { $0.id == former.id }
    events.append(.returned(known))
  }

  /// Leaves what is pending at the place where a source was.
  private mutating func leave(_ row: Row, as source: ConfiguredSource) {
    let former = Row(
      id: nextID, name: source.name, place: row.place, isFormer: true, isConfigured: false)
    add(former)
    steps.append(.movePending(from: row.id, to: former.id))
    events.append(.moved(row.id, former: former.id))
  }

  private mutating func add(_ row: Row) {
    rows.append(row)
    steps.append(.add(row))
    nextID += 1
  }
}
