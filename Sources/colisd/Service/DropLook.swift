/// What a look at a drop has found.
struct DropLook: Sendable {
  var directory: String
  /// How many names the directory has, and how many of them are taken for tracking files.
  var entries: Int
  var files: Int
  /// Files that nobody reads, as the filter says nothing about them.
  var unmatched: [String] = []
  /// Of the newest tracking file.
  var beginning: FileBeginning?
  /// Why the newest tracking file could not be read.
  var unread: String?

  var sentence: String {
    "host key and login are good; \(directory) has \(entries) \(entries == 1 ? "entry" : "entries"), "
      + "\(files) of them \(files == 1 ? "looks like a tracking file" : "look like tracking files")"
      + (unread.map { "; \($0)" } ?? "") + unmatchedSentence
  }

  private var unmatchedSentence: String {
    guard !unmatched.isEmpty else { return "" }
    let more = unmatched.count > 10 ? " and \(unmatched.count - 10) more" : ""
    return "; not read, as no pattern of include or exclude matches: "
      + unmatched.prefix(10).joined(separator: ", ") + more
  }
}
