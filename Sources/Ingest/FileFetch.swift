import ParcelStore
import SFTP

/// Fetches files and feeds them to the intake: in order, one after the other, while the ones behind
/// are open and being read already, so that their round trips overlap.
///
/// The order is the carrier's. Which of several rows of one event is kept, and how a file's rows are
/// counted, does not depend on how fast the network was.
struct FileFetch {
  let source: DropSource
  let observer: any IngestObserver
  /// Files that are open at a time at most; see `filesAhead`.
  var limit = filesAhead
  /// Told which files were open when the connection was lost: one of them was the reason, or none.
  var onLoss: @Sendable ([ListedFile]) -> Void = { _ in }

  /// Files that are open ahead of their turn at most. How many of their bytes come ahead is bounded by
  /// the client.
  static let filesAhead = 320

  /// Fetches all files; the clients take turns.
  /// - Returns: how many bytes were read.
  func run(
    _ files: [ListedFile], over clients: [SFTPClient], into intake: inout FileIntake
  ) async throws -> Int64 {
    var progress = IngestProgress()
    progress.files = files.count
    progress.bytes = files.reduce(Int64?(0)) { sum, file in
      guard let sum, let size = file.size else { return nil }
      return sum &+ Int64(clamping: size)
    }
    var ahead = OpenAhead(count: files.count, limit: limit)
    // In the order of the files, which is the order in which they are read.
    var opened: [RemoteFile] = []
    while let index = ahead.current {
      for next in ahead.startNext() { opened.append(await open(files[next], next, clients)) }
      let remote = opened.removeFirst()
      let refusal: SFTPError?
      do {
        refusal = try await take(files[index], remote, into: &intake, &progress)
      } catch let error as SFTPError where error.kind != .cancelled {
        onLoss(Array(files[index...(index + opened.count)]))
        throw error
      }
      if let refusal {
        if !opened.isEmpty, Self.mayBeTooManyFiles(refusal) {
          for file in opened { await file.close() }
          opened = []
          ahead.narrow()
          continue
        }
        // It was open alone, so their number was not the reason.
        if Self.mayBeTooManyFiles(refusal) { ahead.widen() }
        let state = Self.verdict(refusal) ?? .failed
        try await intake.fail(files[index].sighting, state, refusal.description)
      }
      progress.filesDone += 1
      observer.progress(progress)
      ahead.finishCurrent()
    }
    return progress.bytesDone
  }

  private func open(
    _ file: ListedFile, _ index: Int, _ clients: [SFTPClient]
  ) async -> RemoteFile {
    await clients[index % clients.count].open(
      file.location(in: source.directory), expectedSize: file.size)
  }

  /// Whether the server may not allow as many open files as there were.
  private static func mayBeTooManyFiles(_ error: SFTPError) -> Bool {
    guard case .failure = error.kind else { return false }
    return error.operation == "open"
  }

  /// Passes a file to the intake.
  /// - Returns: why the server did not give it (whole); nil when it did.
  /// - Throws: what ends the connection.
  private func take(
    _ file: ListedFile, _ remote: RemoteFile, into intake: inout FileIntake,
    _ progress: inout IngestProgress
  ) async throws -> SFTPError? {
    do {
      let source = FetchedFile(remote, progress, observer)
      defer { progress = source.progress }
      try await intake.run(file.sighting, postAction: postAction, from: source)
      // The intake may have given up on the file before its end.
      if !source.hasEnded { await remote.close() }
      return nil
    } catch let error as SFTPError where Self.verdict(error) != nil {
      return error
    }
  }

  private var postAction: PostAction {
    switch source.afterIngest.action {
    case .leave: .leave
    case .delete: .delete(isDone: false)
    case .move(let target): .move(to: target, isDone: false)
    }
  }

  /// What becomes of a file that can't be read; nil when the error is about the connection.
  private static func verdict(_ error: SFTPError) -> FileState? {
    switch error.kind {
    // Gone between listing and opening, or changing while it is read: looked at again later.
    case .noSuchFile, .changedWhileReading, .endedEarly: .settling
    // The server will not give it.
    case .permissionDenied, .failure: .failed
    case .protocolViolation, .timedOut, .connectionLost, .cancelled: nil
    }
  }
}
