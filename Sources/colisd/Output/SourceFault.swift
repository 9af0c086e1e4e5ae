/// A fault of one of several sources.
struct SourceFault: Error, CustomStringConvertible {
  var source: String
  var error: any Error

  var description: String { "source \(source): \(error)" }
}
