import TrackingFile

/// The rows of a text that comes piece by piece, as a layout reads them.
final class ParsedText {
  private var reader: TrackingFileReader
  private var isBegun = false
  /// Whether the layout can't read the text, or not to its end.
  private(set) var hasFailed = false

  /// - Parameter path: that of the file, as the layout may take something from it.
  init(_ layout: Layout, path: String) {
    reader = TrackingFileReader(layout: layout, path: path)
  }

  func add(_ bytes: [UInt8], _ body: (RecordBatch) -> Void) {
    if !isBegun {
      isBegun = true
      run(body)
    }
    guard !hasFailed, !bytes.isEmpty else { return }
    reader.supply(bytes)
    run(body)
  }

  func finish(_ body: (RecordBatch) -> Void) {
    add([], body)
    guard !hasFailed else { return }
    reader.finish(.whole)
    run(body)
  }

  private func run(_ body: (RecordBatch) -> Void) {
    do throws(FileFailure) {
      while true {
        switch try reader.next() {
        case .batch(let batch): body(batch)
        case .needsChunk, .ended: return
        }
      }
    } catch {
      hasFailed = true
    }
  }
}
