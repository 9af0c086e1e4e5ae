import Carrier

/// Builds one batch: makes records from fields, and keeps malformed lines.
struct RecordBuilder {
  private var times: TimeReader
  /// The encoding of texts; UTF-16 was already turned into UTF-8.
  var encoding: TextEncoding
  /// The header line for the next lines.
  var header: [UInt8] = []
  var given = GivenFields()
  private let number: Layout.NumberForm

  /// The number of the next line, counted from 1.
  var line = 1
  private var records: [TrackingRecord] = []
  private var malformed: [MalformedLine] = []
  /// The accounts of this file and of earlier ones; begun anew when there are more than `mostAccounts`.
  private var accounts = AccountTable()
  private var lastAccount: (pair: AccountPair, number: UInt16)?
  /// The buffer that is being parsed. After its lines it has the country codes, and after those changed copies
  /// of fields.
  private var bytes: UnsafeMutableRawPointer
  private var countryCodesStart = 0
  private var end = 0

  /// The fields of a line in the order of `Layout.Column.allCases`.
  typealias Fields = UnsafeMutableBufferPointer<ByteRange>

  /// With more account pairs than this the numbers begin anew in the next batch.
  private static let mostAccounts = 1024

  /// How many bytes a buffer for `length` bytes of lines must have: a field is copied twice at most, and a
  /// joined one three times.
  static func room(for length: Int, _ layout: Layout) -> Int {
    let values = layout.given.count * Layout.longestField
    return (3 + 3 * layout.joinedColumns) * length + countryCodes.count + values
      + SeparatorScan.padding
  }

  init(layout: Layout, buffer: UnsafeMutableRawPointer) {
    times = TimeReader(clock: layout.clock, formats: layout.timeFormats)
    encoding = layout.encoding.ofLines
    number = layout.number
    bytes = buffer
    given.use(layout.givenBytes(in: encoding))
  }

  /// Begins a batch: the buffer's first `length` bytes are lines.
  mutating func begin(_ buffer: UnsafeMutableRawPointer, length: Int) {
    bytes = buffer
    countryCodesStart = length
    end = length + Self.countryCodes.count
    if !given.values.isEmpty { end = given.write(to: buffer, at: end) }
    forgetRows()
    records.reserveCapacity(length / 100)
    if accounts.count > Self.mostAccounts {
      accounts.removeAll()
      lastAccount = nil
    }
  }

  mutating func forgetRows() {
    // Allocates only if somebody still holds the previous batch.
    records.removeAll(keepingCapacity: true)
    malformed = []
  }

  /// Ends the batch.
  /// - Parameter buffer: the owner of the bytes that were parsed.
  func finish(_ buffer: LineBuffer) -> RecordBatch {
    for (index, byte) in Self.countryCodes.enumerated() {
      bytes.storeBytes(of: byte, toByteOffset: countryCodesStart + index, as: UInt8.self)
    }
    var batch = RecordBatch(
      BatchBytes(buffer: buffer, length: end), records: records, accounts: accounts.pairs,
      encoding: encoding, header: header)
    batch.malformed = malformed
    return batch
  }

  var rows: Int { records.count + malformed.count }

  /// Copies some bytes of a field, and returns the copy's place.
  mutating func copy(_ field: ByteRange, where isKept: (_ index: Int, _ byte: UInt8) -> Bool)
    -> ByteRange
  {
    let start = end
    for index in field.offsets {
      let byte = bytes.load(fromByteOffset: index, as: UInt8.self)
      guard isKept(index, byte) else { continue }
      bytes.storeBytes(of: byte, toByteOffset: end, as: UInt8.self)
      end += 1
    }
    return end == start ? .empty : ByteRange(start: start, count: end - start)
  }

  /// Adds a part to a joined field, after a blank; blanks around the part are left out.
  /// - Returns: the place of the joined field.
  mutating func join(_ part: ByteRange, to joined: ByteRange) -> ByteRange {
    let part = trimmed(bytes, part, encoding)
    guard !part.isEmpty else { return joined }
    guard !joined.isEmpty else { return part }
    var joined = joined
    if joined.offsets.upperBound != end {
      (bytes + end).copyMemory(from: bytes + Int(joined.start), byteCount: Int(joined.count))
      joined = ByteRange(start: end, count: Int(joined.count))
      end += Int(joined.count)
    }
    bytes.storeBytes(of: UInt8(ascii: " "), toByteOffset: end, as: UInt8.self)
    (bytes + end + 1).copyMemory(from: bytes + Int(part.start), byteCount: Int(part.count))
    end += 1 + Int(part.count)
    return ByteRange(start: Int(joined.start), count: end - Int(joined.start))
  }

  /// The place of the next copy.
  var copies: Int { end }

  /// Forgets the copies from a place on; their record was rejected.
  mutating func dropCopies(since place: Int) { end = place }

  private func slice(_ range: ByteRange) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: bytes + Int(range.start), count: Int(range.count))
  }

  /// Keeps a line as malformed, without its carriage return.
  mutating func reject(_ reason: MalformedLine.Reason, _ raw: ByteRange) {
    malformed.append(
      MalformedLine(
        line: line, reason: reason, raw: Array(slice(raw).prefix(MalformedLine.longestRaw))))
  }

  /// The fast path for most lines, in which nothing has to be trimmed or looked up.
  /// - Parameter field: gives the place of a column, with blanks around it.
  /// - Returns: false if the line needs `add(_:raw:)`.
  @inline(__always)
  mutating func addUsual(raw: ByteRange, field: (_ column: Int) -> ByteRange) -> Bool {
    // A local copy of the pointer; otherwise calls below would copy all of `self`.
    let bytes = bytes
    let encoding = encoding
    func text(_ column: Int) -> ByteRange { trimmed(bytes, field(column), encoding) }
    let parcel = field(Slot.parcel)
    let date = field(Slot.date)
    let postcode = text(Slot.postcode)
    // If the line is short enough, so is each of its texts. A postcode with a letter may name a country.
    guard raw.count <= Layout.longestField, encoding != .utf8, parcel.count == ParcelNumber.length,
      postcode.isEmpty
        || bytes.load(fromByteOffset: Int(postcode.start), as: UInt8.self) <= UInt8(ascii: "9"),
      let pair = AccountPair(
        padded: slice(field(Slot.account)), accountID: slice(field(Slot.accountID))),
      let number = ParcelNumber(ascii: bytes + Int(parcel.start)),
      let time = times.readKnown(padded: bytes + Int(date.start), Int(date.count))
        ?? times.readByPattern(slice(date))
    else { return false }
    var record = TrackingRecord(
      line: line, account: accountNumber(pair), parcel: number, time: time, raw: raw)
    record.order = text(Slot.order)
    record.code = text(Slot.code)
    record.label = text(Slot.label)
    record.date = date
    record.site = text(Slot.site)
    record.postcode = postcode
    record.country = text(Slot.country)
    records.append(record)
    return true
  }

  @inline(__always)
  private mutating func accountNumber(_ pair: AccountPair) -> UInt16 {
    if let lastAccount, lastAccount.pair == pair { return lastAccount.number }
    // A batch has too few rows for more accounts than a UInt16 can count. If that ever changes, the program
    // stops here instead of giving rows to a wrong account.
    let number = UInt16(accounts.number(of: pair) ?? accounts.append(pair))
    lastAccount = (pair, number)
    return number
  }

  /// Makes a record from a line's trimmed fields.
  /// - Returns: why that is not possible; nil if it was done.
  mutating func add(_ fields: Fields, raw: ByteRange) -> MalformedLine.Reason? {
    let account = fields[Slot.account]
    let accountID = fields[Slot.accountID]
    guard !account.isEmpty, !accountID.isEmpty else { return .accountMissing }
    guard let pair = AccountPair(account: slice(account), accountID: slice(accountID)) else {
      return .accountMalformed
    }

    var number = fields[Slot.parcel]
    guard !number.isEmpty else { return .parcelMissing }
    guard let (parcel, suffix) = readKey(&number) else { return .parcelMalformed }

    let date = fields[Slot.date]
    var time = EventTime.missing
    if !date.isEmpty {
      guard let read = times.read(slice(date)) else { return .dateMalformed }
      time = read
    }

    var postcode = fields[Slot.postcode]
    var country = fields[Slot.country]
    if let suffix, postcode.isEmpty {
      postcode = ByteRange(
        start: Int(number.start) + suffix.start, count: Int(number.count) - suffix.start)
      if country.isEmpty { country = countryCode(suffix.country) }
    } else if postcode.count == TrackingKey.postcodeLength,
      let suffix = TrackingKey.suffix(slice(postcode)), suffix.start > 0
    {
      // The column has the form of a tracking key, `B1000`; keep it as it is in the address.
      postcode = ByteRange(
        start: Int(postcode.start) + suffix.start, count: Int(postcode.count) - suffix.start)
      if country.isEmpty { country = countryCode(suffix.country) }
    }
    let longestText = max(
      fields[Slot.label].count, fields[Slot.code].count, fields[Slot.order].count,
      fields[Slot.site].count, fields[Slot.postcode].count, fields[Slot.country].count)
    guard longestText <= Layout.longestField else { return .fieldTooLong }
    if encoding == .utf8 {
      for slot in Slot.texts where !encoding.accepts(slice(fields[slot])) { return .notUTF8 }
    }
    var record = TrackingRecord(
      line: line, account: accountNumber(pair), parcel: parcel, time: time, raw: raw)
    record.order = fields[Slot.order]
    record.code = fields[Slot.code]
    record.label = fields[Slot.label]
    record.date = date
    record.site = fields[Slot.site]
    record.postcode = postcode
    record.country = country
    records.append(record)
    return nil
  }

  /// Reads a parcel number or a tracking key.
  /// - Parameter field: if it is written with blanks, it becomes the place of a copy without them.
  private mutating func readKey(
    _ field: inout ByteRange
  ) -> (ParcelNumber, TrackingKey.Suffix?)? {
    let form = number
    func split(_ bytes: UnsafeRawBufferPointer) -> (ParcelNumber, TrackingKey.Suffix?)? {
      switch form {
      case .colisPrive: return bytes.baseAddress.flatMap { TrackingKey.split($0, bytes.count) }
      case .any:
        guard let number = ParcelNumber(anyOf: bytes) else { return nil }
        return (number, nil)
      }
    }
    if let key = split(slice(field)) { return key }
    // In any encoding: other bytes from 0x80 on can't be part of a number.
    let (bytes, end) = (UnsafeRawPointer(bytes), field.offsets.upperBound)
    let noBreakSpace = encoding.noBreakSpace
    var blankEnd = 0
    field = copy(field) { index, byte in
      if index < blankEnd { return false }
      blankEnd = index + Blanks.length(bytes, index, end)
      return blankEnd == index && byte != noBreakSpace
    }
    return split(slice(field))
  }

  /// After the lines of every batch: the bytes for a country that only a tracking key shows.
  private static let countryCodes = Array("FRBELU".utf8)

  private func countryCode(_ country: TrackingKey.Country) -> ByteRange {
    ByteRange(start: countryCodesStart + 2 * Int(country.rawValue), count: 2)
  }

  /// The places of the columns in `Fields`.
  enum Slot {
    static let account = 0
    static let accountID = 1
    static let parcel = 2
    static let order = 3
    static let code = 4
    static let label = 5
    static let date = 6
    static let site = 7
    static let postcode = 8
    static let country = 9
    static let count = Layout.Column.allCases.count
    static let texts = [order, code, label, site, postcode, country]
  }
}

/// A range without the blanks at its ends.
func trimmed(_ bytes: UnsafeRawPointer, _ start: Int, _ end: Int) -> ByteRange {
  var start = start
  var end = end
  while start < end, bytes.load(fromByteOffset: start, as: UInt8.self).isBlank { start += 1 }
  while end > start, bytes.load(fromByteOffset: end - 1, as: UInt8.self).isBlank { end -= 1 }
  return start == end ? .empty : ByteRange(start: start, count: end - start)
}

/// The same for blanks of every kind. Most fields have none, so that is checked first.
@inline(__always)
func trimmed(
  _ bytes: UnsafeRawPointer, _ field: ByteRange, _ encoding: TextEncoding
) -> ByteRange {
  guard !field.isEmpty else { return .empty }
  func byte(_ place: UInt32) -> UInt8 { bytes.load(fromByteOffset: Int(place), as: UInt8.self) }
  // The first and last byte of a blank is at most the space, or at least 0x80.
  if byte(field.start) &- 0x21 < 0x5f, byte(field.start &+ field.count &- 1) &- 0x21 < 0x5f {
    return field
  }
  return Blanks.trimmed(bytes, field.offsets, encoding)
}
