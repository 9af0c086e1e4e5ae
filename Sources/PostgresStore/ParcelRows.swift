import Carrier
import ParcelStore
import Postgres
import TrackingFile

/// Finds or makes the parcels of a commit that the cache does not know, or that have another order, postcode or
/// country than before: all of them together.
struct ParcelRows {
  /// What a row says of its parcel.
  struct Mention {
    var number: ParcelNumber
    var account: UInt32
    /// Of order, postcode and country.
    var digest: UInt32
    /// Its index among the mentions.
    var index: UInt32
    /// Where its texts stand among those of the mentions; nil: they are erased.
    var texts: UInt32?
    var encoding: TextEncoding

    /// Those of one parcel lie side by side then, in the order of the files.
    @inline(__always)
    static func precedes(_ left: Self, _ right: Self) -> Bool {
      if left.number != right.number { return left.number < right.number }
      if left.account != right.account { return left.account < right.account }
      return left.index < right.index
    }
  }

  /// What became of them.
  struct Outcome {
    /// By the index of a mention.
    var ids: [Int64] = []
    var newParcels = 0
    /// The highest number of a new parcel; 0: there is none.
    var last: Int64 = 0
    /// Accounts that got new parcels.
    var growing: Set<Int64> = []
    /// Whether the data of known parcels changed.
    var isChanged = false
  }

  private var mentions: [Mention] = []
  private var texts: [UInt8] = []

  var count: Int { mentions.count }

  /// - Returns: the index of the mention.
  mutating func add(
    _ event: EventBatch.Event, account: UInt32, isErased: Bool, in batch: EventBatch
  ) -> Int {
    let start = UInt32(texts.count)
    if !isErased {
      batch.texts.withUnsafeBytes { bytes in
        let attributes = ParcelAttributes(at: event.attributes, in: bytes)
        texts.append(contentsOf: bytes.slice(attributes.whole))
      }
    }
    mentions.append(
      Mention(
        number: event.parcel, account: account, digest: event.digest,
        index: UInt32(mentions.count), texts: isErased ? nil : start, encoding: batch.encoding))
    return mentions.count - 1
  }

  mutating func resolve(
    _ db: PostgresConnection, _ state: inout WriterState
  ) async throws(PostgresFault) -> Outcome {
    var outcome = Outcome()
    guard !mentions.isEmpty else { return outcome }
    mentions.sort(by: Mention.precedes)
    var copy = CopyRows(columns: 7)
    // Where the mentions of each parcel begin.
    var starts: [Int] = []
    for index in mentions.indices
    where index == 0 || !isSameParcel(mentions[index - 1], mentions[index]) {
      starts.append(index)
    }
    starts.append(mentions.count)
    for place in 0..<starts.count - 1 {
      stage(mentions[starts[place]..<starts[place + 1]], ord: place, &copy)
    }
    try await db.copy("COPY staged_parcel FROM STDIN (FORMAT binary)", copy)
    let parcels = starts.count - 1
    var ids = [Int64](repeating: 0, count: parcels)
    let known = try await db.run(Self.select)
    for row in known { ids[Int(row.integer(0))] = row.integer(1) }
    if known.count < parcels { try await insert(db, &ids, &outcome) }
    // Only where a known parcel's row would change.
    if known.contains(where: { $0.bool(2) }), try await update(db) { outcome.isChanged = true }
    outcome.ids = Array(repeating: 0, count: mentions.count)
    for (place, id) in ids.enumerated() {
      let range = starts[place]..<starts[place + 1]
      for index in range { outcome.ids[Int(mentions[index].index)] = id }
      // The cache has numbers of 32 bits; parcels beyond are looked up each time.
      if let last = mentions[range].last(where: { $0.texts != nil }), UInt32(exactly: id) != nil {
        state.parcels.insert(
          .init(id: id, attributes: last.digest),
          for: ParcelCache.Key(number: last.number, account: last.account))
      }
    }
    return outcome
  }

  /// Makes the parcels that have no number yet.
  private func insert(
    _ db: PostgresConnection, _ ids: inout [Int64], _ outcome: inout Outcome
  ) async throws(PostgresFault) {
    let missing = ids.indices.filter { ids[$0] == 0 }
    // A bit for each: the server would compare each row with each element of a list.
    var bits = [UInt8](repeating: 0, count: (ids.count + 7) / 8)
    for place in missing { bits[place / 8] |= 1 << UInt8(place % 8) }
    let inserted = try await db.run(Self.insert, [.bytes(bits)])
    outcome.newParcels = inserted.count
    for row in inserted {
      outcome.last = max(outcome.last, row.integer(0))
      outcome.growing.insert(row.integer(1))
    }
    if inserted.count == missing.count {
      // Numbers are given out in the order of the rows.
      for (place, row) in zip(missing, inserted) { ids[place] = row.integer(0) }
      return
    }
    // Another worker has made some of them at the same time.
    for row in try await db.run(Self.select) { ids[Int(row.integer(0))] = row.integer(1) }
    guard ids.allSatisfy({ $0 > 0 }) else {
      throw PostgresEventStore.damaged("a parcel that was just written is not there")
    }
    if try await update(db) { outcome.isChanged = true }
  }

  /// Changes the rows of known parcels.
  /// - Returns: whether there was something to change.
  private func update(_ db: PostgresConnection) async throws(PostgresFault) -> Bool {
    let changed = try await db.run(Self.update)
    try await ParcelLookup(db).noteLate(changed.filter { $0.bool(3) })
    return !changed.isEmpty
  }

  private func isSameParcel(_ left: Mention, _ right: Mention) -> Bool {
    left.number == right.number && left.account == right.account
  }

  /// Sums up what the rows of a parcel say. A value that a later row gives replaces the one before; a missing one
  /// does not erase it, nor does a postcode that cannot exist. A new parcel has the first row's postcode as it is.
  private func stage(_ rows: ArraySlice<Mention>, ord: Int, _ copy: inout CopyRows) {
    guard let first = rows.first else { return }
    var (order, postcode, country, later): ([UInt8], [UInt8], [UInt8], [UInt8]) = ([], [], [], [])
    texts.withUnsafeBytes { bytes in
      for row in rows {
        guard let start = row.texts else { continue }
        let attributes = ParcelAttributes(at: start, in: bytes)
        func text(_ range: ByteRange) -> [UInt8] {
          let text = bytes.slice(range)
          guard text.contains(where: { $0 >= 0x80 }) else { return Array(text) }
          return Array(row.encoding.decode(texts[range.offsets]).utf8)
        }
        let (newOrder, newCountry) = (text(attributes.order), text(attributes.country))
        if !newOrder.isEmpty { order = newOrder }
        if !newCountry.isEmpty { country = newCountry }
        let newPostcode = text(attributes.postcode)
        guard !newPostcode.isEmpty else { continue }
        let named = String(decoding: newCountry, as: UTF8.self)
        // Whether a postcode of another country exists is not known.
        let exists =
          Postcode(String(decoding: newPostcode, as: UTF8.self), country: named) != nil
          || Postcode.isForeign(named)
        if exists { later = newPostcode }
        if exists || row.index == first.index { postcode = newPostcode }
      }
    }
    copy.begin()
    copy.add(text: first.number.description)
    copy.add(Int64(first.account))
    copy.add(Int32(ord))
    for text in [order, postcode, country, later] {
      if text.isEmpty {
        copy.addNull()
      } else {
        copy.add(text: text)
      }
    }
  }

  // MARK: Statements

  /// What is known of the parcels, and whether their rows would change.
  private static let select = """
    SELECT s.ord, p.id, \(isOther) FROM staged_parcel s
    JOIN parcel p ON p.number = s.number AND p.account = s.account
    """

  private static let isOther = """
    (coalesce(s.order_reference, p.order_reference) IS DISTINCT FROM p.order_reference
      OR coalesce(s.later_postcode, p.postcode) IS DISTINCT FROM p.postcode
      OR coalesce(s.country, p.country) IS DISTINCT FROM p.country)
    """

  /// In the order of the key, so that of two writers the second one waits for the first, and neither for the other.
  private static let insert = """
    INSERT INTO parcel(number, account, order_reference, postcode, country)
      SELECT s.number, s.account, s.order_reference, s.postcode, s.country
      FROM staged_parcel s WHERE get_bit($1, s.ord) = 1 ORDER BY s.ord
    ON CONFLICT (number, account) DO NOTHING RETURNING id, account
    """

  /// It gives the numbers of the changed parcels, the orders and postcodes that they got, and whether they are in a
  /// segment of `ParcelLookup`.
  private static let update = """
    WITH changed AS (
      UPDATE parcel p SET order_reference = coalesce(s.order_reference, p.order_reference),
        postcode = coalesce(s.later_postcode, p.postcode), country = coalesce(s.country, p.country)
      FROM staged_parcel s WHERE p.number = s.number AND p.account = s.account AND \(isOther)
      RETURNING p.id, s.order_reference, s.later_postcode)
    SELECT c.id, c.order_reference, c.later_postcode, c.id < s.lookup_end FROM changed c, store s
    """
}
