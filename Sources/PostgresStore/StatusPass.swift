import Carrier
import ParcelStore
import Postgres
import Status

/// Works out the current status of each parcel that got new events, and says of each event what it did to it. Rows
/// come in the order of parcels.
///
/// What is stored of the parcels is read and locked, so that two workers take turns at a parcel.
struct StatusPass {
  /// The parcels of the commit, in the order of their numbers; rows have their place here.
  private let parcels: [Int64]
  /// By a parcel's place; nil: it has no event yet.
  private var stored: [Stored?]
  private let receivedAt: Int64
  private let plausible: PlausibleTimes
  private var day = DecidingDay(LoadedEvents())
  private var dayState = LoadedEvents.State()
  /// The places of parcels of which some event has no time of day.
  private var coarse: Set<Int> = []
  private var current: CurrentParcel?
  private var ranges = RangeRows()
  private var new = Changes()
  private var changed = Changes()
  /// By a parcel's place: the latest file of the commit that gives its order, postcode or country; 0: none.
  private let said: [Int64]
  private var files = FileOrder()
  /// The places of parcels whose `said_by` has to be written though their status may stay.
  private var owing: Set<Int> = []
  /// How often known parcels had changed when the rows were locked (see `StoreChange`).
  private(set) var parcelChanges: Int64 = 0

  private struct Stored {
    var status: CurrentStatus
    var seen: SeenStatuses
    /// The latest file that gave the parcel's order, postcode or country; 0: none.
    var saidBy: Int64
  }

  /// The parcel whose rows are being applied.
  private struct CurrentParcel {
    let place: Int
    /// Nil until its first event.
    var status: CurrentStatus?
    var seen: SeenStatuses
    /// What the table has; nil: no row.
    let stored: CurrentPosition?
    var isChanged = false
  }

  /// Rows of the table.
  private struct Changes {
    var parcels: [Int64] = []
    var positions: [Int64] = []
    var wordings: [Int64] = []
    var pasts: [Int64] = []
    var said: [Int64] = []

    mutating func add(
      _ parcel: Int64, _ status: CurrentStatus, _ seen: SeenStatuses, saidBy: Int64
    ) {
      parcels.append(parcel)
      positions.append(status.position.rawValue)
      wordings.append(status.wording)
      pasts.append(StatusPast(rule: status.rule, seen: seen).rawValue)
      said.append(saidBy)
    }

    var values: [PostgresValue] {
      [
        .integers(parcels), .integers(positions), .integers(wordings), .integers(pasts),
        .integers(said),
      ]
    }

    static let given = """
      unnest($1::int8[], $2::int8[], $3::int8[], $4::int8[], $5::int8[])
        u(parcel, position, wording, past, said)
      """
  }

  /// Reads and locks what is stored.
  /// - Parameters:
  ///   - parcels: in their order, each once.
  ///   - coarse: the places of those of which a new row has no time of day.
  ///   - said: by a parcel's place, the latest file of the commit that gives its order, postcode or country; 0: none.
  init(
    _ db: PostgresConnection, _ parcels: [Int64], coarse: Set<Int>, said: [Int64],
    receivedAt: Int64
  ) async throws {
    self.parcels = parcels
    self.said = said
    self.receivedAt = receivedAt
    plausible = PlausibleTimes(receivedAt: receivedAt)
    stored = Array(repeating: nil, count: parcels.count)
    self.coarse = coarse
    let answers = try await db.run([
      PostgresStatement(
        """
        SELECT parcel, position, wording, past, said_by FROM current WHERE parcel = ANY($1)
        ORDER BY parcel FOR NO KEY UPDATE
        """, [.integers(parcels)]),
      // By a look of its own, after the wait for others: what they changed is in it.
      PostgresStatement(StoreChange.parcelChanges),
    ])
    parcelChanges = answers[1].first?.integer(0) ?? 0
    var place = 0
    var sayers: Set<Int64> = []
    // The same file often comes again and again.
    var last: Int64 = 0
    for file in said where file != last {
      sayers.insert(file)
      last = file
    }
    for row in answers[0] {
      while place < parcels.count, parcels[place] < row.integer(0) { place += 1 }
      let past = StatusPast.exact(rawValue: row.integer(3))
      stored[place] = Stored(
        status: CurrentStatus(
          position: CurrentPosition(rawValue: row.integer(1)), wording: row.integer(2),
          rule: past.rule), seen: past.seen ?? SeenStatuses(), saidBy: row.integerIfAny(4) ?? 0)
      if let file = row.integerIfAny(4), file != last {
        sayers.insert(file)
        last = file
      }
      if past.rule != .positions { self.coarse.insert(place) }
    }
    sayers.remove(0)
    files = try await FileOrder.read(db, sayers)
    // Of parcels with such a day all events may count.
    let known = self.coarse.filter { stored[$0] != nil }.map { parcels[$0] }
    guard !known.isEmpty else { return }
    var statuses: [Int64: ParcelStatus] = [:]
    for row in try await db.run("SELECT id, status FROM wording") {
      statuses[row.integer(0)] = ParcelStatus(name: row.text(1)) ?? .unmapped
    }
    day.events = try await LoadedEvents.load(db, parcels: known) { statuses[$0] ?? .unmapped }
  }

  // MARK: Who said it

  /// Whether what the commit says of a parcel's order, postcode and country is from a file that is not earlier than the
  /// one that is noted.
  func saysLast(_ place: Int) -> Bool {
    said[place] != 0 && files[said[place]] >= files[stored[place]?.saidBy ?? 0]
  }

  /// Whether the file that is noted is another one than the commit's latest.
  func isSaidByAnother(_ place: Int) -> Bool {
    guard let file = stored[place]?.saidBy, file != 0 else { return false }
    return file != said[place]
  }

  /// Notes that the order, postcode or country of a parcel is now this commit's.
  mutating func owe(_ place: Int) { if isSaidLater(place) { owing.insert(place) } }

  private func isSaidLater(_ place: Int) -> Bool {
    let before = stored[place]?.saidBy ?? 0
    return said[place] != before && files[said[place]] > files[before]
  }

  // MARK: Statuses

  /// Brings the status up to date after an event that is new. Of two with the same position the later one counts, as in
  /// `Timeline`.
  /// - Parameter order: of the event in the commit.
  mutating func apply(
    _ row: EventRow, _ wording: InternedWording, order: Int64
  ) throws -> StatusEffect {
    let place = Int(row.parcel)
    let isPlausible = plausible.contains(row.time, row.precision)
    let event = PositionedEvent(
      position: CurrentPosition(
        instant: isPlausible && row.precision != .none ? row.time : receivedAt,
        rank: wording.rank, isMapped: wording.isMapped, isPlausible: isPlausible),
      wording: wording.id, isCoarse: row.isCoarse && isPlausible)
    if current?.place != place {
      finishParcel()
      current = CurrentParcel(
        place: place, status: stored[place]?.status, seen: stored[place]?.seen ?? SeenStatuses(),
        stored: stored[place]?.status.position, isChanged: isSaidLater(place))
    }
    addTime(of: row)
    guard var parcel = current else {
      return StatusEffect(changesStatus: false, isFirstOfStatus: false)
    }
    if coarse.contains(place) {
      day.events.add(
        parcel: parcels[place], event,
        time: EventTime(seconds: row.time, precision: row.precision), order: order)
    }
    let before = parcel.status
    let status = try day.status(of: parcels[place], before, event, state: &dayState)
    let isFirst = parcel.seen.insert(rank: wording.rank)
    parcel.status = status
    if isFirst || status != before { parcel.isChanged = true }
    current = parcel
    // The rank names the status.
    return StatusEffect(
      changesStatus: before?.position.rank != status.position.rank, isFirstOfStatus: isFirst)
  }

  private mutating func addTime(of row: EventRow) {
    let parcel = parcels[Int(row.parcel)]
    if row.precision != .none { ranges.add(parcel: parcel, instant: row.time) }
    // Of an event whose time says nothing, or can't be right, the status may begin when it came.
    if row.precision == .none || row.time < PlausibleTimes.first || row.time > receivedAt {
      ranges.add(parcel: parcel, instant: receivedAt)
    }
  }

  private mutating func finishParcel() {
    guard let parcel = current, parcel.isChanged, let status = parcel.status else { return }
    let number = parcels[parcel.place]
    let file =
      isSaidLater(parcel.place) ? said[parcel.place] : stored[parcel.place]?.saidBy ?? 0
    owing.remove(parcel.place)
    ranges.change(parcel: number, from: parcel.stored, to: status.position)
    if parcel.stored == nil {
      new.add(number, status, parcel.seen, saidBy: file)
    } else {
      changed.add(number, status, parcel.seen, saidBy: file)
    }
    current = nil
  }

  /// What is to be written of the parcels that are done: all but the one whose rows may go on.
  mutating func takeStatements() -> [PostgresStatement] {
    var statements: [PostgresStatement] = []
    if !new.parcels.isEmpty {
      statements.append(
        PostgresStatement(
          """
          INSERT INTO current(parcel, position, wording, past, said_by)
            SELECT u.parcel, u.position, u.wording::int4, u.past::int4, nullif(u.said, 0)
            FROM \(Changes.given)
          """, new.values))
    }
    if !changed.parcels.isEmpty {
      statements.append(
        PostgresStatement(
          """
          UPDATE current c SET position = u.position, wording = u.wording::int4, past = u.past::int4,
            said_by = nullif(u.said, 0)
          FROM \(Changes.given) WHERE c.parcel = u.parcel
          """, changed.values))
    }
    (new, changed) = (Changes(), Changes())
    return statements
  }

  /// What is to be written in the end.
  /// - Returns: besides, what changes in the runs of parcels; that comes late in a transaction, as others write to them,
  ///   too.
  mutating func finish() -> (statements: [PostgresStatement], ranges: RangeRows) {
    finishParcel()
    var statements = takeStatements()
    if !owing.isEmpty {
      let places = owing.sorted()
      statements.append(
        PostgresStatement(
          """
          UPDATE current c SET said_by = u.said FROM unnest($1::int8[], $2::int8[]) u(parcel, said)
          WHERE c.parcel = u.parcel
          """, [.integers(places.map { parcels[$0] }), .integers(places.map { said[$0] })]))
    }
    return (statements, ranges)
  }
}
