/// What a look at a drop has found.
struct DropLook: Sendable {
  var directory: String
  /// How many names the directory has, and how many of them are taken for tracking files.
  var entries: Int
  var files: Int
  /// Of the newest tracking file.
  var beginning: FileBeginning?
  /// Why the newest tracking file could not be read.
  var unread: String?

  var sentence: String {
    "host key and login are good; \(directory) has \(entries) entries, \(files) of them look like "
      + "tracking files" + (unread.map { "; \($0)" } ?? "")
  }
}
