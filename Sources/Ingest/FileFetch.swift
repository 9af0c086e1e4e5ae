import ParcelStore
import SFTP

/// Fetches files and feeds them to the intake: in order, one after the other, while the ones behind
/// are being opened and read already, so that their round trips overlap.
///
/// The order is the carrier's. Which of several rows of one event is kept, and how a file's rows are
/// counted, does not depend on how fast the network was.
struct FileFetch {
  let source: DropSource
  let observer: any IngestObserver

  /// Files fetched ahead at most, and their bytes: what the memory has to hold.
  private static let filesAhead = 256
  private static let bytesAhead: UInt64 = 4 << 20
  /// A file up to this size is fetched whole ahead of its turn; of a larger one the beginning is.
  private static let smallSize: UInt64 = 256 * 1024

  /// A file that was fetched ahead.
  private enum Fetched: Sendable {
    case whole([[UInt8]])
    case opened(RemoteFile)
    case failed(SFTPError)
  }

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
    var ahead = FetchAhead(files: files, limit: Self.filesAhead, byteLimit: Self.bytesAhead)
    try await withThrowingTaskGroup(of: (Int, Fetched).self) { group in
      var fetched: [Int: Fetched] = [:]
      while let index = ahead.current {
        while let next = ahead.startNext() {
          let client = clients[next % clients.count]
          group.addTask { (next, try await fetch(files[next], client)) }
        }
        while fetched[index] == nil, let (other, result) = try await group.next() {
          fetched[other] = result
        }
        var result = fetched.removeValue(forKey: index)
        if case .failed(let error) = result, case .failure = error.kind {
          // The server may not allow so many open files: wait for the others, and try alone.
          while let (other, result) = try await group.next() { fetched[other] = result }
          ahead.limit = 1
          result = try await fetch(files[index], clients[0])
        }
        guard let result else { break }
        try await take(files[index], result, into: &intake, &progress)
        progress.filesDone += 1
        observer.progress(progress)
        ahead.finishCurrent()
      }
    }
    return progress.bytesDone
  }

  /// Reads a small file whole, or opens a large one, which begins to be read ahead.
  private func fetch(_ file: ListedFile, _ client: SFTPClient) async throws -> Fetched {
    let location = file.location(in: source.directory)
    do throws(SFTPError) {
      let remote = try await client.open(location, expectedSize: file.size)
      guard let size = remote.attributes.size, size <= Self.smallSize else {
        return .opened(remote)
      }
      var chunks: [[UInt8]] = []
      var count = 0
      while let chunk = try await remote.next() {
        chunks.append(chunk)
        count += chunk.count
        // A server that gives no true size; go on as with a large file, from the start.
        if count > 2 * Int(Self.smallSize) {
          await remote.close()
          return .opened(try await client.open(location))
        }
      }
      await remote.close()
      return .whole(chunks)
    } catch {
      guard Self.verdict(error) != nil else { throw error }
      return .failed(error)
    }
  }

  /// Passes a file to the intake.
  private func take(
    _ file: ListedFile, _ fetched: Fetched, into intake: inout FileIntake,
    _ progress: inout IngestProgress
  ) async throws {
    func advance(_ chunk: [UInt8]) {
      progress.bytesDone += Int64(chunk.count)
      observer.progress(progress)
    }
    do {
      switch fetched {
      case .failed(let error): throw error
      case .whole(let chunks):
        var rest = chunks[...]
        try await intake.run(file.sighting, postAction: postAction) {
          let chunk = rest.popFirst()
          if let chunk { advance(chunk) }
          return chunk
        }
      case .opened(let remote):
        try await intake.run(file.sighting, postAction: postAction) {
          let chunk = try await remote.next()
          if let chunk { advance(chunk) }
          return chunk
        }
        await remote.close()
      }
    } catch let error as SFTPError {
      guard let state = Self.verdict(error) else { throw error }
      try await intake.fail(file.sighting, state, error.description)
    }
  }

  private var postAction: PostAction {
    switch source.afterIngest {
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

/// Which files may be fetched ahead of their turn.
package struct FetchAhead {
  private let sizes: [UInt64]
  private let byteLimit: UInt64
  package var limit: Int
  private var next = 0
  private var first = 0
  private var bytes: UInt64 = 0

  package init(files: [ListedFile], limit: Int, byteLimit: UInt64) {
    // What a large file may hold ahead is bounded by the client.
    sizes = files.map { min($0.size ?? byteLimit, byteLimit) }
    self.limit = limit
    self.byteLimit = byteLimit
  }

  /// The file whose turn it is; nil when all are done.
  package var current: Int? { first < sizes.count ? first : nil }

  /// The next file to fetch, if there is room for it; the file whose turn it is always has.
  package mutating func startNext() -> Int? {
    guard next < sizes.count, next - first < limit,
      next == first || bytes + sizes[next] <= byteLimit
    else { return nil }
    bytes += sizes[next]
    next += 1
    return next - 1
  }

  package mutating func finishCurrent() {
    bytes -= sizes[first]
    first += 1
  }
}
