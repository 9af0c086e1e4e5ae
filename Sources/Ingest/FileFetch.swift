import ParcelStore
import SFTP
import SSH
import Synchronization

/// Fetches files and feeds them to the intake: many at once over one session, and over further
/// sessions where there is much to fetch.
struct FileFetch: Sendable {
  let source: DropSource
  let intake: FileIntake
  let observer: any IngestObserver
  let queue: FetchQueue

  /// Small and large files open at once on one session: the round trips of the small ones overlap,
  /// and what the large ones hold in memory stays bounded.
  private static let smallAtOnce = 60
  private static let largeAtOnce = 4
  /// What a further session is worth: files or bytes left for each.
  private static let filesPerSession = 1_000
  private static let bytesPerSession: Int64 = 64 << 20

  /// Fetches all files of the queue.
  func run(_ client: SFTPClient) async throws {
    let sessions = min(
      source.connections,
      max(
        1, queue.fileCount / Self.filesPerSession,
        Int(clamping: (queue.byteCount ?? 0) / Self.bytesPerSession)))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1..<max(1, sessions) {
        group.addTask {
          do {
            try await source.withClient { try await fetch($0) }
          } catch is SSHError {
            // A server may allow one session only; the first one does all the work then.
          }
        }
      }
      try await fetch(client)
      try await group.waitForAll()
    }
  }

  /// Takes files from the queue until it is empty.
  private func fetch(_ client: SFTPClient) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<Self.largeAtOnce + Self.smallAtOnce {
        group.addTask {
          while let file = queue.next(large: worker < Self.largeAtOnce) {
            try await fetch(file, client)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private func fetch(_ file: ListedFile, _ client: SFTPClient) async throws {
    do {
      try await client.withFile(
        file.location(in: source.directory), expectedSize: file.size
      ) { remote in
        try await intake.run(file.sighting, postAction: postAction(for: file)) {
          let chunk = try await remote.next()
          if let chunk { observer.progress(queue.advance(by: chunk.count)) }
          return chunk
        }
      }
    } catch let error as SFTPError {
      guard let outcome = Outcome(error) else { throw error }
      try await intake.fail(file.sighting, outcome.state, error.description)
    }
    observer.progress(queue.finishedFile())
  }

  private func postAction(for file: ListedFile) -> PostAction {
    switch source.afterIngest {
    case .leave: .leave
    case .delete: .delete(isDone: false)
    case .move(let target): .move(to: target, isDone: false)
    }
  }

  /// What an error means that concerns one file only.
  private enum Outcome {
    /// Gone between listing and opening, or changing while it is read: looked at again later.
    case vanished, changing
    /// The server will not give it.
    case refused

    init?(_ error: SFTPError) {
      switch error.kind {
      case .noSuchFile: self = .vanished
      case .changedWhileReading, .endedEarly: self = .changing
      case .permissionDenied, .failure: self = .refused
      case .protocolViolation, .timedOut, .connectionLost, .cancelled: return nil
      }
    }

    var state: FileState { self == .refused ? .failed : .settling }
  }
}
