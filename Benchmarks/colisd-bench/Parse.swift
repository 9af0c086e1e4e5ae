import ArgumentParser
import Foundation
import TrackingFile

/// Reads files and throws their records away.
struct Parse: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Parse tracking files.")

  @Option(help: "Where the layout finds its columns: \(ParsedLayout.words).")
  var layout = ParsedLayout.names

  @Argument(help: "Files with the columns of the built-in layout.") var files: [String]

  /// As `colisd ingest` reads.
  private static let chunkSize = 64 * 1024

  func run() throws {
    let watch = Stopwatch()
    var reader = TrackingFileReader(layout: try layout.layout())
    var (rows, malformed, bytes) = (0, 0, 0)
    func take(_ batch: RecordBatch) {
      rows += batch.records.count
      malformed += batch.malformed.count
    }
    for file in files {
      guard let handle = fopen(file, "r") else {
        throw ValidationError("cannot read \(file): \(String(cString: strerror(errno)))")
      }
      defer { fclose(handle) }
      setvbuf(handle, nil, _IONBF, 0)
      reader.restart()
      reading: while true {
        switch try reader.next() {
        case .batch(let batch): take(batch)
        case .needsChunk:
          let chunk = [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { buffer, count in
            count = fread(buffer.baseAddress, 1, buffer.count, handle)
          }
          bytes += chunk.count
          if chunk.isEmpty { reader.finish(.whole) } else { reader.supply(chunk) }
        case .ended: break reading
        }
      }
    }
    printJSON([
      "rows": Double(rows), "malformed": Double(malformed), "bytes": Double(bytes),
      "wall": watch.wall, "cpu": watch.cpu,
    ])
  }
}
