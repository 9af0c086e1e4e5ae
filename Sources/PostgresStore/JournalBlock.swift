import Carrier
import ParcelStore

/// A run of events in the order of `seq`, as followers get them: what each is, where it came from, and what it did to
/// its parcel's status.
///
/// Each number is a `Varint`; those that are like the event's before are written as the zigzag difference to it, so
/// an event takes about sixteen bytes. Texts are in the tables of wordings, sites, files and parcels.
struct JournalBlock {
  struct Entry: Equatable, Sendable {
    /// Of its row in its batch; see `EventPlace`.
    var index: Int64
    /// 0 where the event is no more. Parcels have numbers from 1 on.
    var parcel: Int64
    /// Since 1970; 0 without a date.
    var seconds: Int64
    var precision: EventTime.Precision
    var wording: Int64
    var site: Int64
    var file: Int64
    var line: Int64
    var effect: StatusEffect

    var time: EventTime { EventTime(seconds: seconds, precision: precision) }

    var isRemoved: Bool { parcel == 0 }

    /// Keeps only the place.
    mutating func remove() {
      (parcel, seconds, wording, site, line) = (0, 0, 0, 0, 0)
      precision = .none
      effect = StatusEffect(changesStatus: false, isFirstOfStatus: false)
    }
  }

  /// A reader decodes a whole block to find one event. With this many a block always fits a page, whatever its numbers
  /// are.
  static let capacity = 128

  private(set) var bytes: [UInt8] = []
  private(set) var count = 0
  private(set) var firstIndex: Int64 = 0
  private var last = Self.start

  var isFull: Bool { count == Self.capacity }

  private static let start = Entry(
    index: 0, parcel: 0, seconds: 0, precision: .second, wording: 0, site: 0, file: 0, line: 0,
    effect: StatusEffect(changesStatus: false, isFirstOfStatus: false))

  mutating func append(_ entry: Entry) {
    if count == 0 { firstIndex = entry.index }
    write(entry.index - last.index)
    write(entry.parcel - last.parcel)
    write(entry.seconds - last.seconds)
    write(entry.site - last.site)
    write(entry.file - last.file)
    write(entry.line - last.line)
    Varint.write(
      UInt64(bitPattern: entry.wording) << 4 | UInt64(entry.precision.rawValue) << 2
        | UInt64(entry.effect.bits), to: &bytes)
    last = entry
    count += 1
  }

  private mutating func write(_ difference: Int64) {
    Varint.write(UInt64(bitPattern: difference << 1 ^ difference >> 63), to: &bytes)
  }

  mutating func removeAll() { self = JournalBlock() }

  /// - Parameter count: how many entries the block has.
  /// - Returns: nil when the bytes are no such block: the database is damaged.
  static func entries(of bytes: [UInt8], count: Int) -> [Entry]? {
    var entries: [Entry] = []
    entries.reserveCapacity(capacity)
    var place = 0
    var last = start
    func difference() -> Int64? {
      Varint.read(bytes, &place).map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
    }
    while entries.count < count {
      guard let index = difference(), let parcel = difference(), let seconds = difference(),
        let site = difference(), let file = difference(), let line = difference(),
        let rest = Varint.read(bytes, &place)
      else { return nil }
      last.index &+= index
      last.parcel &+= parcel
      last.seconds &+= seconds
      last.site &+= site
      last.file &+= file
      last.line &+= line
      last.wording = Int64(bitPattern: rest >> 4)
      last.precision = EventTime.Precision(rawValue: UInt8(rest >> 2 & 3)) ?? .none
      last.effect = StatusEffect(bits: UInt8(rest & 3))
      entries.append(last)
    }
    return place == bytes.count ? entries : nil
  }
}
