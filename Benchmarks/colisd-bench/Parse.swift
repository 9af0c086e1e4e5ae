import ArgumentParser
import Foundation
import TrackingFile

/// Reads files of the built-in layout and throws their records away.
struct Parse: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Parse tracking files.")

  @Argument(help: "Files of the built-in layout.") var files: [String]

  func run() throws {
    let watch = Stopwatch()
    var reader = TrackingFileReader(layout: .colisPrive)
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
      while true {
        let count = reader.supply(atMost: TrackingFileReader.batchSize) { buffer in
          fread(buffer.baseAddress, 1, buffer.count, handle)
        }
        if count == 0 { break }
        bytes += count
        while let batch = try reader.next() { take(batch) }
      }
      reader.finish()
      while let batch = try reader.next() { take(batch) }
    }
    printJSON([
      "rows": Double(rows), "malformed": Double(malformed), "bytes": Double(bytes),
      "wall": watch.wall, "cpu": watch.cpu,
    ])
  }
}
