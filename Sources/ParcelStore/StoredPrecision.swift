import Carrier

/// How two columns of the table of events hold the precision of its time beside their number, so that
/// it takes no column of its own.
package enum StoredPrecision {
  /// The code, and what of the precision is part of the key: 4 × code + grain.
  @inline(__always)
  package static func kind(code: Int64, _ precision: EventTime.Precision) -> Int64 {
    code << 2 | Int64(precision.grain)
  }

  /// The wording, and whether the time is one to the minute: 2 × wording + 0 or 1.
  @inline(__always)
  package static func wording(_ id: Int64, _ precision: EventTime.Precision) -> Int64 {
    id << 1 | (precision == .minute ? 1 : 0)
  }

  /// Reads both columns.
  package static func read(kind: Int64, wording: Int64) -> (
    wording: Int64, precision: EventTime.Precision
  ) {
    let precision: EventTime.Precision =
      switch kind & 3 {
      case 0: wording & 1 == 0 ? .second : .minute
      case 1: .day
      default: .none
      }
    return (wording >> 1, precision)
  }
}
