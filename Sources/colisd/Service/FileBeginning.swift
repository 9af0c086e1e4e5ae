import Ingest
import TrackingFile

/// The first bytes of a file on a server.
struct FileBeginning: Sendable {
  /// Printable.
  var name: String
  var bytes: [UInt8]
  /// Whether the file has no further bytes.
  var isWhole: Bool

  /// How a layout reads it: records, malformed lines, and why it can't be read.
  func rows(by layout: Layout) async -> (records: Int, malformed: Int, failure: FileFailure?) {
    var (records, malformed) = (0, 0)
    let look = try? await LocalFiles.look(
      atBeginning: bytes, of: name, isWhole: isWhole, by: layout
    ) {
      records += $0.records.count
      malformed += $0.malformed.count
    }
    return (records, malformed, look?.failure)
  }

  /// How a layout reads it, for people.
  func sentence(by layout: Layout) async -> String {
    let (records, malformed, failure) = await rows(by: layout)
    if let failure { return "note: \(name), read by layout \(layout.name): \(failure)" }
    let all = records + malformed
    return (malformed > 0 ? "note: " : "")
      + "layout \(layout.name) reads \(records) of the first \(all) rows of \(name)"
      + (malformed > 0 ? "; colisd check FILE says what is wrong with the others" : "")
  }
}
