import Ingest
import TrackingFile

/// The first bytes of a file on a server.
struct FileBeginning: Sendable {
  /// Printable.
  var name: String
  var bytes: [UInt8]
  /// Whether the file has no further bytes.
  var isWhole: Bool

  /// How a layout reads it.
  func rows(by layout: Layout) async -> LayoutFit {
    var fit = LayoutFit()
    try? await LocalFiles.look(
      atBeginning: bytes, of: name, isWhole: isWhole, by: layout
    ) { fit.take($0) }
    return fit
  }

  /// How a layout reads it, for people.
  func sentence(by layout: Layout) async -> String {
    let fit = await rows(by: layout)
    let (records, malformed) = (fit.records, fit.malformed)
    if let failure = fit.failure {
      return "note: \(name), read by layout \(layout.name): \(failure)"
    }
    let all = records + malformed
    return (malformed > 0 ? "note: " : "")
      + "layout \(layout.name) reads \(records) of the first \(all) rows of \(name)"
      + (malformed > 0 ? "; colisd check FILE says what is wrong with the others" : "")
  }
}
