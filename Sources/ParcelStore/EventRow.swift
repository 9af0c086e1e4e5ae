import Carrier

/// One event on its way into the table; plain data, so that sorting moves bytes only.
package struct EventRow: Sendable {
  /// Seconds since 1970; 0 without a date.
  package let time: Int64
  /// The parcel's row; until it is found or made, its index among the missing ones.
  package var parcel: UInt32
  package let code: Int32
  package let site: Int32
  /// The index of the wording among those of the group.
  package let wording: Int32
  /// The part of the group and the line of its file from which it came.
  package let part: Int32
  package let line: UInt32
  package let precision: EventTime.Precision
  private let flags: UInt8

  private static let isAmbiguous: UInt8 = 1
  private static let isMissing: UInt8 = 2

  /// What the database calls an event's parcel.
  package enum Parcel {
    /// Its row.
    case known(Int64)
    /// Its index among those that are still to be found or made.
    case missing(Int)
  }

  /// The numbers of an event's texts.
  package struct Texts {
    package var code: Int64
    /// The index of the wording among those of the group.
    package var wording: Int
    package var site: Int64

    package init(code: Int64, wording: Int, site: Int64) {
      self.code = code
      self.wording = wording
      self.site = site
    }
  }

  @inline(__always)
  package init(_ event: EventBatch.Event, parcel: Parcel, texts: Texts, part: Int32) {
    time = event.seconds
    // The resolvers give no numbers that do not fit, see `fitting(_:as:)`.
    var flags = event.isAmbiguous ? Self.isAmbiguous : 0
    switch parcel {
    case .known(let id): self.parcel = UInt32(id)
    case .missing(let place):
      self.parcel = UInt32(place)
      flags |= Self.isMissing
    }
    code = Int32(texts.code)
    site = Int32(texts.site)
    wording = Int32(texts.wording)
    self.part = part
    line = event.line
    precision = event.precision
    self.flags = flags
  }

  package var isAmbiguous: Bool { flags & Self.isAmbiguous != 0 }
  /// Whether `parcel` is an index among the missing ones.
  package var isMissing: Bool { flags & Self.isMissing != 0 }

  /// What of the precision is part of the key.
  @inline(__always)
  package var grain: UInt8 { precision.grain }

  /// Whether it lacks a time of day.
  package var isCoarse: Bool { grain > 0 }

  /// The order of the table's primary key, then that of the files, so that of several rows of one
  /// event the one that came first is the one that is kept.
  @inline(__always)
  package static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.parcel != right.parcel { return left.parcel < right.parcel }
    if left.time != right.time { return left.time < right.time }
    if left.code != right.code { return left.code < right.code }
    if left.grain != right.grain { return left.grain < right.grain }
    if left.site != right.site { return left.site < right.site }
    if left.part != right.part { return left.part < right.part }
    return left.line < right.line
  }

  @inline(__always)
  package func isSameEvent(as other: Self) -> Bool {
    parcel == other.parcel && time == other.time && grain == other.grain
      && code == other.code && site == other.site
  }
}
