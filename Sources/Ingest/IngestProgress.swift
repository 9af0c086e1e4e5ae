/// How far the work has come.
public struct IngestProgress: Sendable, Equatable {
  public var files = 0
  public var filesDone = 0
  /// The total size of the files on the server; nil if it does not give sizes.
  public var bytes: Int64?
  public var bytesDone: Int64 = 0
  public var rows = 0
  /// How many held rows are checked whether they may come in now.
  public var held = 0
  public var heldDone = 0
  /// How many parcels are looked at because of another status map, or of events that are too old.
  public var parcels = 0
  public var parcelsDone = 0

  public init() {}

  /// The progress of several sources together.
  public static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.files += right.files
    sum.filesDone += right.filesDone
    // The sum is unknown if one of them is.
    let sizes = [left, right].filter { $0.files > 0 }.map(\.bytes)
    sum.bytes = sizes.contains(nil) ? nil : sizes.compactMap(\.self).reduce(0, +)
    sum.bytesDone += right.bytesDone
    sum.rows += right.rows
    sum.held += right.held
    sum.heldDone += right.heldDone
    sum.parcels += right.parcels
    sum.parcelsDone += right.parcelsDone
    return sum
  }
}
