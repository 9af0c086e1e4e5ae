import Carrier
import Ingest
import TrackingFile

/// How well a layout reads a file, or its beginning.
struct LayoutFit: Sendable {
  private(set) var records = 0
  /// Records whose time is a day only.
  private(set) var days = 0
  private(set) var malformed = 0
  /// Why it can't be read to its end.
  private(set) var failure: FileFailure?

  /// Whether it reads most lines.
  var isGood: Bool { failure == nil && records > malformed }

  mutating func take(_ step: LookStep) {
    switch step {
    case .batch(let batch):
      records += batch.records.count
      days += batch.records.count { $0.time.precision == .day }
      malformed += batch.malformed.count
    case .ended(let look): failure = failure ?? look.failure
    }
  }

  /// Whether it reads as many lines, and the time of day of more of them.
  func isFiner(than other: LayoutFit) -> Bool {
    isGood && records >= other.records && days < other.days
  }
}
