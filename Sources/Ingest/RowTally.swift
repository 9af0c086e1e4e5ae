import Contract
import TrackingFile

/// Reports the first few rejected and held rows of a file one by one, and the rest as a number.
struct RowTally {
  let path: String
  let observer: any IngestObserver
  private(set) var rejected = 0
  private var held = 0

  private static let limit = 10

  init(path: String, observer: any IngestObserver) {
    self.path = path
    self.observer = observer
  }

  mutating func count(_ gated: GatedBatch) {
    for line in gated.batch.malformed.prefix(max(0, Self.limit - rejected)) {
      observer.report(.rowRejected(path: path, line: line.line, reason: line.reason))
    }
    rejected += gated.batch.malformed.count
    for row in gated.held.prefix(max(0, Self.limit - held)) {
      let record = gated.batch.records[Int(row.index)]
      observer.report(
        .rowHeld(
          path: path, line: record.line, account: gated.batch.account(of: record),
          reason: row.reason))
    }
    held += gated.held.count
  }

  func reportRest() {
    if rejected > Self.limit {
      observer.report(.rowsRejected(path: path, more: rejected - Self.limit))
    }
    if held > Self.limit { observer.report(.rowsHeld(path: path, more: held - Self.limit)) }
  }
}
