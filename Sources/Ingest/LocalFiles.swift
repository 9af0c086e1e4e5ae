import Contract
import Glibc
import ParcelStore
import Status

/// Feeds files of this machine, or standard input, through the same rooms: for back-fills.
public struct LocalFiles: Sendable {
  private let store: any EventStore
  private let observer: any IngestObserver
  private let now: @Sendable () -> Int64

  public init(
    store: any EventStore, observer: any IngestObserver, now: @escaping @Sendable () -> Int64
  ) {
    self.store = store
    self.observer = observer
    self.now = now
  }

  /// Why a local file could not be read.
  public struct ReadError: Error, Sendable, CustomStringConvertible {
    public var path: String
    public var reason: String

    public var description: String {
      "cannot read \(path): \(reason); check the name and its permissions"
    }
  }

  /// Ingests the files one after the other; a file that the ledger knows as done is passed over.
  /// - Parameter paths: `-` is standard input.
  public func ingest(_ paths: [String], _ rules: Rules) async throws -> PollSummary {
    let writer = GroupWriter(
      store: store, statusMap: rules.statusMap, observer: observer, now: now)
    let intake = FileIntake(
      layout: rules.layout, gate: rules.gate(now: now()), writer: writer, observer: observer)
    let started = ContinuousClock.now
    var progress = IngestProgress()
    progress.files = paths.count
    let result: Result<Void, any Error>
    do {
      for path in paths {
        let file = try LocalFile(path)
        guard try await !isDone(file) else { continue }
        try await intake.run(file.sighting, postAction: .leave) {
          let chunk = try file.next()
          progress.bytesDone += Int64(chunk?.count ?? 0)
          observer.progress(progress)
          return chunk
        }
        progress.filesDone += 1
      }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    try await writer.flush()
    try result.get()
    var summary = await writer.summary
    summary.listed = paths.count
    summary.bytes = progress.bytesDone
    summary.milliseconds = Int((ContinuousClock.now - started) / .milliseconds(1))
    return summary
  }

  private func isDone(_ file: LocalFile) async throws -> Bool {
    guard file.sighting.size != nil else { return false }
    return try await store.unfinished(among: [file.sighting]).isEmpty
  }
}

/// An open file of this machine.
private final class LocalFile {
  private let descriptor: Int32
  let sighting: FileSighting

  private static let chunkSize = 256 * 1024

  init(_ path: String) throws(LocalFiles.ReadError) {
    guard path != "-" else {
      descriptor = STDIN_FILENO
      sighting = FileSighting(path: "-", size: nil, mtime: nil)
      return
    }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.error(path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.error(path) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw LocalFiles.ReadError(path: path, reason: "it is a folder")
    }
    let absolute = realpath(path, nil)
    defer { free(absolute) }
    let isFile = status.st_mode & S_IFMT == S_IFREG
    sighting = FileSighting(
      path: absolute.map { String(cString: $0) } ?? path,
      size: isFile ? Int64(status.st_size) : nil,
      mtime: isFile ? Int64(status.st_mtim.tv_sec) : nil)
  }

  deinit { if descriptor > STDERR_FILENO { close(descriptor) } }

  /// The next bytes; nil at the end.
  func next() throws(LocalFiles.ReadError) -> [UInt8]? {
    var count = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { buffer, used in
      repeat {
        count = read(descriptor, buffer.baseAddress, Self.chunkSize)
      } while count < 0 && errno == EINTR
      used = max(0, count)
    }
    guard count >= 0 else { throw Self.error(sighting.path) }
    return count == 0 ? nil : chunk
  }

  private static func error(_ path: String) -> LocalFiles.ReadError {
    LocalFiles.ReadError(path: path, reason: String(cString: strerror(errno)))
  }
}
