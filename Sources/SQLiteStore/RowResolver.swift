import GRDB
import ParcelStore
import Status

/// Turns the events of a group's batches into rows of numbers.
///
/// What the writer's caches know is known at once; parcels that they don't know are found or made
/// all together at the end.
struct RowResolver {
  /// The rows, and the lists that they have indexes of.
  struct Rows {
    var rows: [EventRow] = []
    var wordings: [InternedWording] = []
    /// What the file wrote where a rule had to decide which instant it means.
    var ambiguousTimes: [RowKey: String] = [:]
    /// Rows that would have brought erased data back.
    var erased: [RowKey] = []
  }

  struct RowKey: Hashable {
    var part: Int32
    var line: UInt32
  }

  private let db: Database
  /// When the rows came.
  private let receivedAt: Int64
  private let parcels: ParcelResolver
  private let wordings: WordingResolver
  private var result = Rows()
  private var wordingPlaces: [Int64: Int] = [:]
  private var missing: [ParcelResolver.Missing] = []
  /// The attributes of missing parcels, so that their batches need not be kept.
  private var texts: [UInt8] = []

  init(_ db: Database, rows: Int, receivedAt: Int64) throws {
    self.db = db
    self.receivedAt = receivedAt
    parcels = try ParcelResolver(db)
    wordings = WordingResolver(db)
    result.rows.reserveCapacity(rows)
  }

  /// Adds the events of a batch, which is the next one of the group.
  /// - Parameter accounts: the rows of the account pairs of `batch.accounts`.
  mutating func add(
    _ batch: EventBatch, accounts: [UInt32], part: Int, state: inout WriterState
  ) throws {
    guard !batch.events.isEmpty else { return }
    state.prepare(encoding: batch.encoding)
    let part = Int32(part)
    let sites = try wordings.sites(of: batch, state: &state)
    let places = try wordings.wordings(of: batch, state: &state).map { place(of: $0) }
    let hasErasures = !state.erasures.isEmpty
    for event in batch.events {
      let account = accounts[Int(event.account)]
      let isErased =
        hasErasures
        && state.erasures.hide(event.parcel, Int64(account), at: event.time, receivedAt: receivedAt)
      if isErased { result.erased.append(RowKey(part: part, line: event.line)) }
      let parcel = try parcel(
        of: event, account: account, isErased: isErased, in: batch, state: &state)
      let wording = places[Int(event.wording)]
      result.rows.append(
        EventRow(
          event, parcel: parcel,
          texts: EventRow.Texts(
            code: result.wordings[wording].code, wording: wording, site: sites[Int(event.site)]),
          part: part))
    }
    for (line, text) in batch.ambiguousTimes {
      result.ambiguousTimes[RowKey(part: part, line: line)] = text
    }
  }

  /// The number of an event's parcel; one that the cache does not know is added to the missing ones.
  /// - Parameter isErased: whether its order, postcode and country are left out.
  @inline(__always)
  private mutating func parcel(
    of event: EventBatch.Event, account: UInt32, isErased: Bool, in batch: EventBatch,
    state: inout WriterState
  ) throws -> EventRow.Parcel {
    let key = ParcelCache.Key(number: event.parcel, account: account)
    if let known = state.parcels[key] {
      if known.attributes != event.digest, !isErased {
        try parcels.update(
          id: known.id, attributes: event.attributes, in: batch.texts, batch.encoding,
          state: &state)
        state.parcels.insert(.init(id: known.id, attributes: event.digest), for: key)
      }
      return .known(known.id)
    }
    missing.append(
      ParcelResolver.Missing(
        number: event.parcel, account: account,
        attributes: UInt32(texts.count), digest: event.digest,
        index: UInt32(missing.count), encoding: batch.encoding, isErased: isErased))
    batch.texts.withUnsafeBytes { bytes in
      let attributes = ParcelAttributes(at: event.attributes, in: bytes)
      texts.append(contentsOf: bytes.slice(attributes.whole))
    }
    return .missing(missing.count - 1)
  }

  private mutating func place(of wording: InternedWording) -> Int {
    if let place = wordingPlaces[wording.id] { return place }
    wordingPlaces[wording.id] = result.wordings.count
    result.wordings.append(wording)
    return result.wordings.count - 1
  }

  /// Finds or makes the missing parcels.
  consuming func finish(state: inout WriterState) throws -> Rows {
    guard !missing.isEmpty else { return result }
    missing.sort(by: ParcelResolver.Missing.precedes)
    var ids = [UInt32](repeating: 0, count: missing.count)
    try parcels.resolve(missing, in: texts, state: &state) { row, id in
      ids[Int(row.index)] = UInt32(id)
    }
    for index in result.rows.indices where result.rows[index].isMissing {
      result.rows[index].parcel = ids[Int(result.rows[index].parcel)]
    }
    return result
  }
}
