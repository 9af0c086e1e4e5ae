import ParcelStore
import SFTP

/// Fetches files and passes them to the intake one after the other. The next files are opened and read ahead
/// meanwhile, so that nobody waits for each round trip.
///
/// The order is always the one in which the carrier wrote the files. So the speed of the network does not
/// change which of several rows of one event is kept, or how a file's rows are counted.
struct FileFetch {
  let source: DropSource
  let observer: any IngestObserver
  /// How many files may be open at a time; see `filesAhead`.
  var limit = filesAhead
  /// Called with the files that were open when the connection was lost: one of them may be the cause.
  var onLoss: @Sendable ([ListedFile]) -> Void = { _ in }

  /// How many files are open at a time when nothing is wrong. The client bounds how many of their bytes are
  /// read ahead.
  static let filesAhead = 320

  /// Fetches all files; each client opens every n-th of them.
  /// - Parameter progress: how many are done is added to it, and their bytes.
  func run(
    _ files: [ListedFile], over clients: [SFTPClient], into intake: inout FileIntake,
    _ progress: inout IngestProgress
  ) async throws {
    var ahead = OpenAhead(count: files.count, limit: limit)
    // In the order of `files`; the first one is read next.
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
        // Only this file was open, so the number of open files was not the reason.
        if Self.mayBeTooManyFiles(refusal) { ahead.widen() }
        let state = Self.verdict(refusal) ?? .failed
        try await intake.fail(files[index].sighting, state, refusal.description)
      }
      progress.filesDone += 1
      observer.progress(progress)
      ahead.finishCurrent()
    }
  }

  private func open(
    _ file: ListedFile, _ index: Int, _ clients: [SFTPClient]
  ) async -> RemoteFile {
    await clients[index % clients.count].open(
      file.location(in: source.directory), expectedSize: file.size)
  }

  /// Whether the server may have refused the file because too many were open.
  private static func mayBeTooManyFiles(_ error: SFTPError) -> Bool {
    guard case .failure = error.kind else { return false }
    return error.operation == "open"
  }

  /// Passes a file to the intake.
  /// - Returns: why the file could not be read to its end; nil if it was.
  /// - Throws: errors that end the connection, and those of the store.
  private func take(
    _ file: ListedFile, _ remote: RemoteFile, into intake: inout FileIntake,
    _ progress: inout IngestProgress
  ) async throws -> SFTPError? {
    intake.claim = file.claim
    do {
      let source = FetchedFile(remote, progress, observer)
      defer { progress = source.progress }
      intake.seenAt = file.seenAt
      try await intake.run(file.sighting, postAction: postAction, from: source)
      // The intake stops before the end of a file that it can't read.
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

  /// The state that a file gets after an error; nil if the error is about the connection.
  private static func verdict(_ error: SFTPError) -> FileState? {
    switch error.kind {
    // It was removed after the listing, or changed while it was read: the next poll looks again.
    case .noSuchFile, .changedWhileReading, .endedEarly: .settling
    // The server refuses to give it.
    case .permissionDenied, .failure: .failed
    case .protocolViolation, .timedOut, .connectionLost, .cancelled: nil
    }
  }
}
