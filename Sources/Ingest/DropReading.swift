import ParcelStore
import SFTP
import Synchronization
import TrackingFile

/// Reads files of a source into the store, over a connection that is there.
struct DropReading: Sendable {
  let source: DropSource
  let store: any EventStore
  let observer: any IngestObserver
  /// Seconds since 1970.
  let now: @Sendable () -> Int64

  /// Reads files in the usual way: many are open at a time.
  func take(
    _ supply: inout some FileSupply, _ gate: GateInForce, _ client: SFTPClient,
    for files: [ListedFile] = []
  ) async throws -> PollSummary {
    let reading = try await read(
      &supply, gate, client, for: files, filesAhead: FileFetch.filesAhead)
    if !reading.lost.isEmpty {
      var troubled = try await TroubledFiles(of: source.id, store)
      // The file that was being read is the most likely cause, so it is tried last.
      try await troubled.add(Array(reading.lost[1...] + reading.lost[..<1]), store)
    }
    try reading.result.get()
    return reading.summary
  }

  /// Reads files during which the connection was lost before. They come after all other work, and one at a
  /// time. If the connection is lost again, the file that was open has failed, and the rest waits for the
  /// next poll.
  /// - Returns: whether the connection is still there.
  func takeLast(
    _ files: [ListedFile], _ gate: GateInForce, _ client: SFTPClient,
    _ troubled: inout TroubledFiles, _ summary: inout PollSummary
  ) async throws -> Bool {
    var supply = OwnFiles(files)
    let reading = try await read(&supply, gate, client, filesAhead: 1)
    summary += reading.summary
    // After any other error than a lost connection not all of them were tried.
    if reading.lost.isEmpty { try reading.result.get() }
    try await troubled.tried(files, lossOver: reading.lost.first, store)
    return reading.lost.isEmpty
  }

  /// What came of reading files that several workers share.
  struct Shared: Sendable {
    var summary = PollSummary()
    var isConnected = true

    static func += (total: inout Self, part: Self) {
      total.summary += part.summary
      total.isConnected = total.isConnected && part.isConnected
    }
  }

  /// Reads files that several workers share, until none waits. What this worker has claimed and could not read is
  /// given back.
  func takeShared(
    _ supply: inout SharedFiles, _ gate: GateInForce, _ client: SFTPClient
  ) async throws -> Shared {
    var result = Shared()
    do {
      while result.isConnected {
        result.summary += try await take(&supply, gate, client)
        guard let file = supply.alone else { break }
        result += try await takeAlone(file, gate, client)
      }
    } catch {
      // If that fails, too, the claims end with the worker's lease.
      try? await supply.team.release(of: source.id)
      throw error
    }
    try await supply.team.release(of: source.id)
    return result
  }

  private func takeAlone(
    _ file: ListedFile, _ gate: GateInForce, _ client: SFTPClient
  ) async throws -> Shared {
    var result = Shared()
    var troubled = try await TroubledFiles(of: source.id, store)
    result.isConnected = try await takeLast([file], gate, client, &troubled, &result.summary)
    return result
  }

  /// The result of reading some files.
  private struct Result {
    var summary: PollSummary
    /// The files that were open when the connection was lost; empty where it was not.
    var lost: [ListedFile]
    var result: Swift.Result<Void, any Error>
  }

  /// - Parameter files: those that are there, where that is known: many are worth a further session.
  private func read(
    _ supply: inout some FileSupply, _ gate: GateInForce, _ client: SFTPClient,
    for files: [ListedFile] = [], filesAhead: Int
  ) async throws -> Result {
    var taking = gate
    // First: taking may fail after the rules were given out.
    defer { gate.giveBack() }
    try await taking.take()
    let inForce = taking
    let rules = inForce.rules
    let writer = GroupWriter(store: store, observer: observer, now: now)
    let lost = Mutex<[ListedFile]>([])
    let fetch = FileFetch(source: source, observer: observer, limit: filesAhead) { files in
      lost.withLock { $0 = files }
    }
    var progress = IngestProgress()
    progress.bytes = 0
    let failure: (any Error)?
    do {
      let given = (supply, progress)
      (supply, progress) = try await source.withClients(
        for: files, beside: client, progress: observer.alive
      ) { clients in
        var (supply, progress) = given
        var intake = FileIntake(
          inForce, store: store, writer: writer, observer: observer,
          drop: FileIntake.Drop(source, rules.settle, now: now))
        intake.memberFilter = source.root.filter
        while true {
          let files = try await supply.next(&progress)
          if files.isEmpty { break }
          try await fetch.run(files, over: clients, into: &intake, &progress)
        }
        return (supply, progress)
      }
      failure = nil
    } catch {
      failure = error
    }
    let open = lost.withLock { $0 }
    if open.count == 1, let file = open.first, let error = failure as? SFTPError {
      // No other file was open, so this one is the cause.
      try await writer.append(
        .unread(
          file.sighting, layout: rules.layout.name, .failed, error: error.description,
          claim: file.claim))
    }
    // Also after a failure: the rows that were read are good.
    try await writer.flush()
    var summary = PollSummary()
    summary.add(await writer.committed, bytes: failure == nil ? progress.bytesDone : 0)
    return Result(
      summary: summary, lost: open,
      result: failure.map { .failure($0) } ?? .success(()))
  }
}
