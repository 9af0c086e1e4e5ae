import TrackingFile

/// One event on its way into the table; plain data, so that sorting moves bytes only.
struct EventRow {
  var parcel: Int64
  /// Seconds since 1970; 0 without a date.
  var time: Int64
  var code: Int32
  var site: Int32
  var wording: Int32
  /// Which part of the group, and which line of its file, it came from.
  var part: Int32
  var line: UInt32
  var precision: UInt8
  var grain: UInt8
  var rank: UInt8
  var isMapped: Bool
  var isAmbiguous: Bool

  @inline(__always)
  init(
    _ record: TrackingRecord, parcel: Int64, wording: InternedWording, site: Int64, part: Int32
  ) {
    self.parcel = parcel
    time = record.time.seconds
    code = Int32(truncatingIfNeeded: wording.code)
    self.site = Int32(truncatingIfNeeded: site)
    self.wording = Int32(truncatingIfNeeded: wording.id)
    self.part = part
    line = UInt32(clamping: record.line)
    precision = record.time.precision.rawValue
    grain = record.time.precision.grain
    rank = wording.rank
    isMapped = wording.isMapped
    isAmbiguous = record.time.isAmbiguous
  }

  /// Whether it lacks a time of day.
  var isCoarse: Bool { precision >= EventTime.Precision.day.rawValue }

  /// The order of the table's primary key, then that of the files, so that of several rows of one
  /// event the one that came first is the one that is kept.
  @inline(__always)
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.parcel != right.parcel { return left.parcel < right.parcel }
    if left.time != right.time { return left.time < right.time }
    if left.grain != right.grain { return left.grain < right.grain }
    if left.code != right.code { return left.code < right.code }
    if left.site != right.site { return left.site < right.site }
    if left.part != right.part { return left.part < right.part }
    return left.line < right.line
  }

  @inline(__always)
  func isSameEvent(as other: Self) -> Bool {
    parcel == other.parcel && time == other.time && grain == other.grain
      && code == other.code && site == other.site
  }
}
