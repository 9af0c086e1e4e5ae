import Synchronization

/// The files still to fetch, shared by everything that fetches, and how far they have come.
final class FetchQueue: Sendable {
  private struct State {
    var small: ArraySlice<ListedFile>
    var large: ArraySlice<ListedFile>
    var progress = IngestProgress()
  }

  private let state: Mutex<State>
  let fileCount: Int
  /// What the listing says that there is to fetch; nil where the server does not tell sizes.
  let byteCount: Int64?

  /// A file up to this size is fetched in one piece.
  private static let smallSize: UInt64 = 256 * 1024

  init(_ files: [ListedFile]) {
    fileCount = files.count
    byteCount = files.reduce(Int64?(0)) { sum, file in
      guard let sum, let size = file.size else { return nil }
      return sum &+ Int64(clamping: size)
    }
    func isSmall(_ file: ListedFile) -> Bool { file.size.map { $0 <= Self.smallSize } ?? false }
    var progress = IngestProgress()
    progress.files = files.count
    progress.bytes = byteCount
    state = Mutex(
      State(
        small: files.filter(isSmall)[...], large: files.filter { !isSmall($0) }[...],
        progress: progress))
  }

  /// The next file; a worker for large files takes small ones when no large one is left.
  func next(large: Bool) -> ListedFile? {
    state.withLock { state in
      if large, let file = state.large.popFirst() { return file }
      return state.small.popFirst()
    }
  }

  func advance(by bytes: Int) -> IngestProgress {
    state.withLock { state in
      state.progress.bytesDone += Int64(bytes)
      return state.progress
    }
  }

  func finishedFile() -> IngestProgress {
    state.withLock { state in
      state.progress.filesDone += 1
      return state.progress
    }
  }

  var bytesDone: Int64 { state.withLock { $0.progress.bytesDone } }
}
