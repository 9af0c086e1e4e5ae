import ParcelStore

/// A page of the list of rejected lines.
public struct RejectPage: Sendable {
  public let lines: [RejectedLine]
  /// Where the next page begins; nil: there is none.
  public let next: RejectCursor?

  /// - Parameters:
  ///   - file: only of this path, or of paths that end with it; nil: of all.
  ///   - source: only of this source; nil: of all.
  ///   - place: nil: from the first line on.
  /// - Throws: `NotFound` if there is none and the file is not known; `StoreError`.
  public static func read(
    _ store: any StoreReader, file: String?, source: String?, after place: RejectCursor?, limit: Int
  ) async throws -> RejectPage {
    let (lines, last) = try await store.rejects(
      file: file, source: source, after: place ?? RejectCursor(), limit: limit)
    if lines.isEmpty, place == nil, let file {
      try await store.expectKnown(file: file, source: source)
    }
    guard lines.count == limit, let last else { return RejectPage(lines: lines, next: nil) }
    let more = try await store.rejects(file: file, source: source, after: last, limit: 1)
    return RejectPage(lines: lines, next: more.lines.isEmpty ? nil : last)
  }
}
