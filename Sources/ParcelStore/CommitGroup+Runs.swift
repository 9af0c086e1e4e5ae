/// A file, whatever its size and time.
private struct FileName: Hashable {
  var source: SourceID
  var path: [UInt8]
}

extension CommitGroup {
  /// Takes out the first parts that can be appended together: they came at one time, and none of
  /// them begins a file again that an earlier one belongs to, because its row in the ledger depends
  /// on how that reading ends.
  /// - Returns: nil when no part is left.
  package mutating func popRun(at instant: Int64) -> [FilePart]? {
    guard let receivedAt = parts.first?.receivedAt(committedAt: instant) else { return nil }
    var begun: Set<FileName> = []
    let end = parts.firstIndex { part in
      if part.receivedAt(committedAt: instant) != receivedAt { return true }
      let name = FileName(source: part.file.source, path: part.file.pathBytes)
      if part.isFirst, begun.contains(name) { return true }
      begun.insert(name)
      return false
    }
    let run = Array(parts[..<(end ?? parts.endIndex)])
    parts.removeFirst(run.count)
    return run
  }
}
