import Carrier
import ParcelStore

/// One event on its way into the table; plain data, so that sorting moves bytes only.
struct EventRow {
  /// Seconds since 1970; 0 without a date.
  let time: Int64
  /// The parcel's row; until it is found or made, the place among those that are missing.
  var parcel: UInt32
  let code: Int32
  let site: Int32
  /// The place of the wording among those of the group.
  let wording: Int32
  /// Which part of the group, and which line of its file, it came from.
  let part: Int32
  let line: UInt32
  let precision: EventTime.Precision
  private let flags: UInt8

  private static let isAmbiguous: UInt8 = 1
  private static let isMissing: UInt8 = 2

  /// - Parameters:
  ///   - parcel: nil where the parcel is not known yet.
  ///   - missing: its place among those that are missing then.
  @inline(__always)
  init(
    _ event: EventBatch.Event, parcel: Int64?, missing: Int, code: Int64, wording: Int,
    site: Int64, part: Int32
  ) {
    time = event.seconds
    // The resolvers give no numbers that do not fit, see `fitting(_:as:)`.
    self.parcel = UInt32(parcel ?? Int64(missing))
    self.code = Int32(code)
    self.site = Int32(site)
    self.wording = Int32(wording)
    self.part = part
    line = event.line
    precision = event.precision
    flags =
      (event.isAmbiguous ? Self.isAmbiguous : 0) | (parcel == nil ? Self.isMissing : 0)
  }

  var isAmbiguous: Bool { flags & Self.isAmbiguous != 0 }
  /// Whether `parcel` is a place among those that are missing.
  var isMissing: Bool { flags & Self.isMissing != 0 }

  /// What of the precision is part of the key.
  @inline(__always)
  var grain: UInt8 { precision.grain }

  /// Whether it lacks a time of day.
  var isCoarse: Bool { grain > 0 }

  /// The order of the table's primary key, then that of the files, so that of several rows of one
  /// event the one that came first is the one that is kept.
  @inline(__always)
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.parcel != right.parcel { return left.parcel < right.parcel }
    if left.time != right.time { return left.time < right.time }
    if left.code != right.code { return left.code < right.code }
    if left.grain != right.grain { return left.grain < right.grain }
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
