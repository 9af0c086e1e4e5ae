import ParcelStore

extension KnownWorker {
  var json: JSON {
    .object([
      ("name", .string(name)), ("since", JSON(utc: since)), ("files", JSON(files)),
      ("lists", .array(lists.map { .string($0) })),
    ])
  }

  /// Such as `process 12 on host3: reads 2 files, lists colisprive`.
  var line: String {
    let reads = files == 0 ? "reads nothing now" : "reads \(files) \(files == 1 ? "file" : "files")"
    return "\(name): \(reads)" + (lists.isEmpty ? "" : ", lists \(lists.joined(separator: ", "))")
  }
}
