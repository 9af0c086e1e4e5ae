import Foundation
import TestSupport

extension TemporaryDirectory {
  /// Gets numbered files of so many rows each, no row twice. They come by renaming, so that a listing never sees a part.
  func take(_ files: Range<Int>, rows: Int) throws {
    for number in files {
      try write("\(number).tmp", TrackingRow.samples(rows, from: number * rows).file())
      try FileManager.default.moveItem(
        atPath: file("\(number).tmp"), toPath: file("\(number).csv"))
    }
  }
}
