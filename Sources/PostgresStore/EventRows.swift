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
    let part = Int32(part)
    let places = texts.wordings.map { place(of: $0) }
    let erasures = state.erasures?.isEmpty == false ? state.erasures : nil
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
          Int64(-1 - mentions.add(event, account: account, isErased: isErased, in: batch)))
      }
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
    _ db: PostgresConnection, _ state: inout WriterState
  ) async throws(PostgresFault) -> ParcelRows.Outcome {
    let outcome = try await mentions.resolve(db, &state)
    for index in owners.indices where owners[index] < 0 {
      owners[index] = outcome.ids[Int(-1 - owners[index])]
    }
    let sorted = owners.sorted()
    parcels.reserveCapacity(sorted.count)
    for id in sorted where parcels.last != id { parcels.append(id) }
    // Rows of one parcel often lie side by side.
    var (last, place): (Int64, UInt32) = (-1, 0)
    for index in rows.indices {
      if owners[index] != last {
        last = owners[index]
        place = UInt32(self.place(of: last))
      }
      rows[index].parcel = place
    }
    return outcome
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
