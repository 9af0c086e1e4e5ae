import Carrier
import ParcelStore
import Postgres
import TrackingFile

/// Finds or makes the parcels of a commit that the cache does not know, or that have another order, postcode or
/// country than before: all of them together. Of two files that say different things of a parcel the later one counts
/// (see `FileOrder`), whichever is committed first.
struct ParcelRows {
  /// What a row says of its parcel.
  struct Mention {
    var number: ParcelNumber
    var account: UInt32
    /// Of order, postcode and country.
    var digest: UInt32
    /// Its index among the mentions.
    var index: UInt32
    /// How late its file is.
    var rank: Int32
    /// Where its texts stand among those of the mentions; nil: they are erased.
    var texts: UInt32?
    var encoding: TextEncoding

    /// Those of one parcel lie side by side then, those of the latest file last.
    @inline(__always)
    static func precedes(_ left: Self, _ right: Self) -> Bool {
      if left.number != right.number { return left.number < right.number }
      if left.account != right.account { return left.account < right.account }
      if left.rank != right.rank { return left.rank < right.rank }
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
  }

  private var mentions: [Mention] = []
  private var texts: [UInt8] = []
  /// Where the mentions of each parcel begin, and where the last ones end.
  private var starts: [Int] = []
  /// The parcels' numbers.
  private var ids: [Int64] = []
  /// By parcel: whether this commit made it.
  private var isNew: [Bool] = []
  /// Whether a known parcel's row would change, or may have changed meanwhile.
  private var isAnyOther = false

  var count: Int { mentions.count }

  /// - Returns: the index of the mention.
  mutating func add(
    _ event: EventBatch.Event, account: UInt32, rank: Int64, isErased: Bool,
    in batch: EventBatch
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
        index: UInt32(mentions.count), rank: Int32(rank), texts: isErased ? nil : start,
        encoding: batch.encoding))
    return mentions.count - 1
  }

  /// Finds or makes the parcels. What known ones are like is written later, once they are locked.
  mutating func resolve(_ db: PostgresConnection) async throws(PostgresFault) -> Outcome {
    var outcome = Outcome()
    guard !mentions.isEmpty else { return outcome }
    mentions.sort(by: Mention.precedes)
    for index in mentions.indices
    where index == 0 || !isSameParcel(mentions[index - 1], mentions[index]) {
      starts.append(index)
    }
    starts.append(mentions.count)
    let parcels = starts.count - 1
    try await Staging.copy(db, "staged_parcel", columns: 7, rows: parcels) { place, copy in
      stage(mentions[starts[place]..<starts[place + 1]], ord: place, &copy)
    }
    ids = Array(repeating: 0, count: parcels)
    isNew = Array(repeating: false, count: parcels)
    let known = try await db.run(Self.select)
    for row in known { ids[Int(row.integer(0))] = row.integer(1) }
    isAnyOther = known.contains { $0.bool(2) }
    if known.count < parcels { try await insert(db, &outcome) }
    outcome.ids = Array(repeating: 0, count: mentions.count)
    for (place, id) in ids.enumerated() {
      for index in starts[place]..<starts[place + 1] {
        outcome.ids[Int(mentions[index].index)] = id
      }
    }
    return outcome
  }

  /// Makes the parcels that have no number yet.
  private mutating func insert(
    _ db: PostgresConnection, _ outcome: inout Outcome
  ) async throws(PostgresFault) {
    let missing = ids.indices.filter { ids[$0] == 0 }
    let inserted = try await db.run(Self.insert, [bits(of: missing)])
    outcome.newParcels = inserted.count
    for row in inserted {
      outcome.last = max(outcome.last, row.integer(0))
      outcome.growing.insert(row.integer(1))
    }
    if inserted.count == missing.count {
      // Numbers are given out in the order of the rows.
      for (place, row) in zip(missing, inserted) {
        ids[place] = row.integer(0)
        isNew[place] = true
      }
      return
    }
    // Another worker has made some of them at the same time.
    let made = Set(inserted.map { $0.integer(0) })
    for row in try await db.run(Self.select) {
      let place = Int(row.integer(0))
      ids[place] = row.integer(1)
      isNew[place] = made.contains(row.integer(1))
    }
    guard ids.allSatisfy({ $0 > 0 }) else {
      throw PostgresEventStore.damaged("a parcel that was just written is not there")
    }
    isAnyOther = true
  }

  /// A bit for each parcel: the server would compare each row with each element of a list.
  private func bits(of places: some Sequence<Int>) -> PostgresValue {
    var bits = [UInt8](repeating: 0, count: (ids.count + 7) / 8)
    for place in places { bits[place / 8] |= 1 << UInt8(place % 8) }
    return .bytes(bits)
  }

  /// Known parcels whose order, postcode or country changed.
  struct Changed {
    var isAny = false
    /// Those where the commit's values count.
    var later: [Int64] = []
  }

  /// Writes what the mentions say of known parcels. Nobody else changes these until the end of the transaction.
  /// - Parameters:
  ///   - isMoved: others have changed parcels since the transaction began.
  ///   - isLater: whether the values count that the mentions give of a parcel. Otherwise they are from an earlier file
  ///     than what is stored, and only fill what is missing.
  func write(
    _ db: PostgresConnection, isMoved: Bool, _ state: inout WriterState,
    isLater: (Int64) -> Bool
  ) async throws(PostgresFault) -> Changed {
    var changed = Changed()
    guard !mentions.isEmpty else { return changed }
    var areKept = [Bool](repeating: true, count: ids.count)
    // Only where a known parcel's row would change.
    if isAnyOther || isMoved, isNew.contains(false) {
      for place in ids.indices where !isNew[place] { areKept[place] = isLater(ids[place]) }
      let rows = try await db.run(Self.update, [bits(of: ids.indices.filter { areKept[$0] })])
      try await ParcelLookup(db).noteLate(rows.filter { $0.bool(3) })
      changed.isAny = !rows.isEmpty
      changed.later = rows.filter { $0.bool(4) }.map { $0.integer(0) }
    }
    for place in ids.indices where areKept[place] {
      let last = mentions[starts[place]..<starts[place + 1]].last { $0.texts != nil }
      // The cache has numbers of 32 bits; parcels beyond are looked up each time.
      guard let last, UInt32(exactly: ids[place]) != nil else { continue }
      state.parcels.insert(
        .init(id: ids[place], attributes: last.digest),
        for: ParcelCache.Key(number: last.number, account: last.account))
    }
    return changed
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

  /// `$1` has a bit for each parcel whose staged values count; others fill what is missing. It gives the numbers of the
  /// changed parcels, the orders and postcodes that they got, whether they are in a segment of `ParcelLookup`, and
  /// their bits.
  private static let update = """
    WITH given AS MATERIALIZED (SELECT *, get_bit($1, ord) = 1 AS is_later FROM staged_parcel),
    changed AS (
      UPDATE parcel p SET order_reference = \(merged("order_reference", "order_reference")),
        postcode = \(merged("postcode", "later_postcode")), country = \(merged("country", "country"))
      FROM given s WHERE p.number = s.number AND p.account = s.account AND CASE WHEN s.is_later THEN \(isOther)
        ELSE p.order_reference IS NULL AND s.order_reference IS NOT NULL
          OR p.postcode IS NULL AND s.later_postcode IS NOT NULL
          OR p.country IS NULL AND s.country IS NOT NULL END
      RETURNING p.id, CASE WHEN p.order_reference = s.order_reference THEN s.order_reference END AS order_reference,
        CASE WHEN p.postcode = s.later_postcode THEN s.later_postcode END AS postcode, s.is_later)
    SELECT c.id, c.order_reference, c.postcode, c.id < s.lookup_end, c.is_later FROM changed c, store s
    """

  private static func merged(_ column: String, _ staged: String) -> String {
    """
    CASE WHEN s.is_later THEN coalesce(s.\(staged), p.\(column)) ELSE coalesce(p.\(column), s.\(staged)) END
    """
  }
}
