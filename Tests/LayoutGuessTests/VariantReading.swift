import Carrier
import LayoutGuess
import TrackingFile

/// How a variant's guessed layout reads the variant itself.
struct VariantReading {
  private(set) var records = 0
  /// Why lines could not be read.
  private(set) var faults: [String] = []
  private(set) var labels: Set<String> = []
  private(set) var accounts: Set<String> = []

  init(_ variant: FileVariant) {
    let sample = FileSample(path: variant.path, bytes: variant.bytes, isWhole: true)
    do {
      let layout = try LayoutDraft(of: [sample]).layout()
      var reader = TrackingFileReader(layout: layout, path: variant.path)
      var chunks = [variant.bytes]
      reading: while true {
        switch try reader.next() {
        case .needsChunk:
          if let chunk = chunks.popLast() { reader.supply(chunk) } else { reader.finish() }
        case .batch(let batch):
          records += batch.records.count
          faults += batch.malformed.map { "line \($0.line): \($0.reason.rawValue)" }
          for record in batch.records {
            if let label = batch.text(record.label) { labels.insert(label) }
            accounts.insert(batch.account(of: record).description)
          }
        case .ended: break reading
        }
      }
    } catch {
      faults.append("\(error)")
    }
  }
}
