/// Files of the ledger that a listing of their source did not show, and those that it shows again.
public struct UnseenFiles: Sendable {
  public struct File: Sendable, Hashable {
    public var id: FileID
    /// The printable path.
    public var path: String
    /// Whether the listing before did not show it either.
    public var wasMissing: Bool

    package init(id: FileID, path: String, wasMissing: Bool) {
      self.id = id
      self.path = path
      self.wasMissing = wasMissing
    }
  }

  /// Files that it would have shown if they were there.
  public var missing: [File] = []
  /// Files that the listing before did not show, and this one does.
  public var returned: [FileID] = []
  /// Files that no listing will show: members of archives, former sizes of a file, and those that colisd has
  /// removed or somebody has dismissed. They are not asked for any more.
  public var settled: [FileID] = []

  package init() {}

  public var isEmpty: Bool { missing.isEmpty && returned.isEmpty && settled.isEmpty }

  /// Leaves only those missing that an earlier listing of the same poll did not show either.
  public mutating func keepMissing(alsoIn earlier: UnseenFiles) {
    let ids = Set(earlier.missing.map(\.id))
    missing.removeAll { !ids.contains($0.id) }
  }

  /// The same in parts of at most so many files, for short transactions.
  package func parts(of most: Int) -> [UnseenFiles] {
    var parts: [UnseenFiles] = []
    func add<T>(_ path: WritableKeyPath<UnseenFiles, [T]>) {
      let all = self[keyPath: path]
      for start in stride(from: 0, to: all.count, by: most) {
        var part = UnseenFiles()
        part[keyPath: path] = Array(all[start..<min(start + most, all.count)])
        parts.append(part)
      }
    }
    add(\.missing)
    add(\.returned)
    add(\.settled)
    return parts
  }
}
