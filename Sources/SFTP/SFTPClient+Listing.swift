import SSH

extension SFTPClient {
  private static let maximumWindow = 32
  /// How many entries a run has at least, except the last one. While so many wait to be taken, no more are
  /// asked for.
  private static let runLength = 2_000
  /// Protects against a server whose listing never ends.
  private static let maximumEntries = 10_000_000

  /// Lists a directory, whatever its length, with several requests in flight.
  public func list(_ path: RemotePath) async throws(SFTPError) -> RemoteListing {
    var listing = RemoteListing()
    let directory = try await openDirectory(path)
    while let run = try await directory.next() { listing.append(run) }
    return listing
  }

  /// Opens a directory to be listed run by run.
  public func openDirectory(_ path: RemotePath) async throws(SFTPError) -> RemoteDirectory {
    let directory = OpenDirectory(handle: try await handle(.opendir(path), "list", path))
    askAhead(directory)
    return RemoteDirectory(client: self, directory: directory, path: path)
  }

  func nextEntries(
    of directory: OpenDirectory, _ path: RemotePath
  ) async throws(SFTPError) -> RemoteListing? {
    while !isRunWhole(directory) {
      let token = token()
      let answer = await wait(token) {
        directory.waiting = token
        return nil
      }
      if case .failure(let failure) = answer {
        // The connection has ended or the task was cancelled; the failure stops further requests.
        directory.failure = failure
        send(.close(directory.handle), .forgotten)
        throw failure.error("list", path, on: server)
      }
    }
    if let failure = directory.failure {
      send(.close(directory.handle), .forgotten)
      // Some servers answer "failure" to a second READDIR before they have answered the first one. Then the
      // listing begins again, with one request at a time.
      guard case .failure = failure.kind, directory.window > 1, !directory.hasHandedOut else {
        throw failure.error("list", path, on: server)
      }
      directory.restart(try await handle(.opendir(path), "list", path))
      askAhead(directory)
      return try await nextEntries(of: directory, path)
    }
    let run = directory.run
    directory.run = RemoteListing()
    directory.hasHandedOut = true
    if directory.hasEnded, directory.inFlightCount == 0, run.isEmpty {
      send(.close(directory.handle), .forgotten)
      return nil
    }
    askAhead(directory)
    return run
  }

  /// Whether `nextEntries` need not wait any more: there are enough entries, or the end or an error came.
  private func isRunWhole(_ directory: OpenDirectory) -> Bool {
    if directory.inFlightCount == 0, directory.hasEnded || directory.failure != nil { return true }
    return directory.failure == nil && directory.run.entries.count >= Self.runLength
  }

  private func askAhead(_ directory: OpenDirectory) {
    while !directory.hasEnded, directory.failure == nil,
      directory.inFlightCount < directory.window, directory.run.entries.count < Self.runLength
    {
      directory.inFlightCount += 1
      send(.readdir(directory.handle), .readdir(directory))
    }
  }

  func deliver(_ body: SFTPReply.Body, to directory: OpenDirectory) {
    directory.inFlightCount -= 1
    switch body {
    case .names(let names):
      // Some servers mark the end by an empty list of names instead of a status.
      if names.isEmpty { directory.hasEnded = true }
      directory.run.append(names)
      directory.entryCount += names.count
      if directory.entryCount > Self.maximumEntries {
        directory.failure = Failure(
          kind: .protocolViolation, reason: "it has more than \(Self.maximumEntries) entries",
          advice: "divide it")
      }
      // Not after the first run was handed out: then the listing could not begin again if the server does
      // not accept so many requests at once.
      if directory.window > 1, !directory.hasHandedOut {
        directory.window = min(Self.maximumWindow, directory.window + 1)
      }
    case .status(let status) where status.code == SFTPStatus.endOfFile:
      directory.hasEnded = true
    case .status(let status):
      directory.failure = directory.failure ?? .refused(status)
    default: break  // the machine lets no other answer to a readdir through
    }
    askAhead(directory)
    guard isRunWhole(directory), let token = directory.waiting else { return }
    directory.waiting = nil
    resume(token, .success(body))
  }
}
