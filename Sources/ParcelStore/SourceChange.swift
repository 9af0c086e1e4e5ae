/// What became of the sources that the store knew, when a configuration was registered.
public enum SourceChange: Hashable, Sendable {
  /// Files that an older version read, when there was one source only, belong to it from now on.
  case adopted(name: String, files: Int)
  /// It is at the same place under another name.
  case renamed(from: String, to: String)
  /// It is at another place; so many files that were to be moved or deleted stay at the former one.
  case moved(name: String, from: String, to: String, pending: Int)
  /// It came back to a place where so many files are still to be moved or deleted.
  case returned(name: String, to: String, pending: Int)
  /// The configuration does not have it any more; so many files are still to be moved or deleted there.
  case removed(name: String, place: String, pending: Int)
}
