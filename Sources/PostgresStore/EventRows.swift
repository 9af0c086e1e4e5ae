import Carrier
import ParcelStore
import Postgres
import TrackingFile

/// The events of a commit's batches as rows of numbers, on their way into the table.
///
/// What the writer's caches know is known at once; parcels that they don't know are found or made all together.
struct EventRows {
  /// Where a row came from.
  struct Key: Hashable {
    var part: Int32
    var line: UInt32
  }

  private(set) var rows: [EventRow] = []
  private(set) var wordings: [InternedWording] = []
  /// What the file wrote where a rule had to decide which instant it means.
  private(set) var ambiguousTimes: [Key: String] = [:]
  /// Rows that would have brought erased data back.
  private(set) var erased: [Key] = []
  /// The parcels of the rows, in the order of their numbers; a row has its place here once they are resolved.
  private(set) var parcels: [Int64] = []
  /// For each row its parcel's number, or -1 - the index of its mention among `mentions`.
  private var owners: [Int64] = []
  private var mentions = ParcelRows()
  private var wordingPlaces: [Int64: Int] = [:]
  /// By part: its file, and how late that is.
  private let files: [(id: Int64, rank: Int64)]
  /// For each row whether it gives its parcel's order, postcode or country.
  private var givesAny: [Bool] = []
  /// By a parcel's place.
  private var said: [Said] = []

  /// Who says something of a parcel's order, postcode or country.
  private struct Said {
    /// The last row of the latest file; -1: none does.
    var row: Int32 = -1
    /// Whether some row says again what the cache has.
    var isAnyKnown = false
  }

  /// - Parameter files: of each part.
  init(_ files: [FileID], _ order: FileOrder) {
    self.files = files.map { ($0.rawValue, order[$0.rawValue]) }
  }

  /// Adds the events of a batch.
  /// - Parameters:
  ///   - accounts: the numbers of the account pairs of `batch.accounts`.
  ///   - texts: the numbers of its wordings and sites.
  mutating func add(
    _ batch: EventBatch, accounts: [Int64], texts: (wordings: [InternedWording], sites: [Int64]),
    part: Int, receivedAt: Int64, _ state: inout WriterState
  ) throws(PostgresFault) {
    guard !batch.events.isEmpty else { return }
    state.prepare(encoding: batch.encoding)
    let rank = files[part].rank
    let part = Int32(part)
    let places = texts.wordings.map { place(of: $0) }
    let erasures = state.erasures?.isEmpty == false ? state.erasures : nil
    let nothing = ParcelAttributes.emptyDigest
    var narrow: [UInt32] = []
    for account in accounts {
      guard let number = UInt32(exactly: account) else {
        throw PostgresEventStore.damaged("the table of accounts has no more numbers of 32 bits")
      }
      narrow.append(number)
    }
    for event in batch.events {
      let account = narrow[Int(event.account)]
      let isErased =
        erasures?.hide(event.parcel, Int64(account), at: event.time, receivedAt: receivedAt) == true
      if isErased { erased.append(Key(part: part, line: event.line)) }
      let known = state.parcels[ParcelCache.Key(number: event.parcel, account: account)]
      if let known, isErased || known.attributes == event.digest {
        owners.append(known.id)
      } else {
        owners.append(
          Int64(
            -1
              - mentions.add(event, account: account, rank: rank, isErased: isErased, in: batch)))
      }
      givesAny.append(!isErased && event.digest != nothing)
      let wording = places[Int(event.wording)]
      rows.append(
        EventRow(
          event, parcel: .missing(0),
          texts: EventRow.Texts(
            code: wordings[wording].code, wording: wording, site: texts.sites[Int(event.site)]),
          part: part))
    }
    for (line, text) in batch.ambiguousTimes {
      ambiguousTimes[Key(part: part, line: line)] = text
    }
  }

  private mutating func place(of wording: InternedWording) -> Int {
    if let place = wordingPlaces[wording.id] { return place }
    wordingPlaces[wording.id] = wordings.count
    wordings.append(wording)
    return wordings.count - 1
  }

  /// Finds or makes the parcels, and gives each row the place of its own.
  mutating func resolveParcels(
    _ db: PostgresConnection
  ) async throws(PostgresFault) -> ParcelRows.Outcome {
    let outcome = try await mentions.resolve(db)
    let ids = owners.map { $0 < 0 ? outcome.ids[Int(-1 - $0)] : $0 }
    let sorted = ids.sorted()
    parcels.reserveCapacity(sorted.count)
    for id in sorted where parcels.last != id { parcels.append(id) }
    said = Array(repeating: Said(), count: parcels.count)
    // Rows of one parcel often lie side by side.
    var (last, place): (Int64, UInt32) = (-1, 0)
    for index in rows.indices {
      if ids[index] != last {
        last = ids[index]
        place = UInt32(self.place(of: last))
      }
      rows[index].parcel = place
      if givesAny[index] { noteSaid(Int(place), row: index) }
    }
    return outcome
  }

  private mutating func noteSaid(_ place: Int, row: Int) {
    let before = Int(said[place].row)
    if before < 0
      || files[Int(rows[before].part)].rank <= files[Int(rows[row].part)].rank
    {
      said[place].row = Int32(row)
    }
    if owners[row] >= 0 { said[place].isAnyKnown = true }
  }

  /// By a parcel's place: the latest file that gives its order, postcode or country; 0: none does.
  var sayers: [Int64] {
    said.map { $0.row < 0 ? 0 : files[Int(rows[Int($0.row)].part)].id }
  }

  /// Writes what the rows say of known parcels, whose rows are locked now.
  /// - Returns: whether something changed.
  func writeDetails(
    _ db: PostgresConnection, _ statuses: inout StatusPass, _ state: inout WriterState
  ) async throws(PostgresFault) -> Bool {
    let isMoved = statuses.parcelChanges != state.parcelChanges
    if isMoved,
      said.indices.contains(where: {
        said[$0].isAnyKnown && statuses.isSaidByAnother($0) && statuses.saysLast($0)
      })
    {
      // What is in memory may be another's of before. The next attempt begins without it.
      throw PostgresFault(
        .conflict, "another worker changed parcels that this commit took for unchanged")
    }
    let locked = statuses
    let changed = try await mentions.write(db, isMoved: isMoved, &state) { id in
      let place = place(of: id)
      // Rows that say what the parcel has already may come after those that were copied.
      return said[place].row >= 0 && owners[Int(said[place].row)] < 0 && locked.saysLast(place)
    }
    for id in changed.later { statuses.owe(place(of: id)) }
    return changed.isAny
  }

  /// The place of a parcel, by its number.
  private func place(of id: Int64) -> Int {
    var (low, high) = (0, parcels.count)
    while low < high {
      let middle = (low + high) / 2
      if parcels[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The indexes of the rows in the order of the table's key, without those that repeat a row before them.
  /// - Parameter repeated: called with each row that is left out.
  func distinct(_ repeated: (EventRow) -> Void) -> [UInt32] {
    var order = RowOrder()
    var kept: [UInt32] = []
    kept.reserveCapacity(rows.count)
    for index in order.sorted(rows) {
      if let last = kept.last, rows[Int(last)].isSameEvent(as: rows[Int(index)]) {
        repeated(rows[Int(index)])
      } else {
        kept.append(index)
      }
    }
    return kept
  }
}
