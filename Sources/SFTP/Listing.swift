import SSH

/// What a directory holds.
public struct RemoteListing: Sendable {
  /// In the server's order, without `.` and `..`.
  public internal(set) var entries: [RemoteEntry] = []
  /// The directory itself, where the server lists it: its time tells something of the server's clock.
  public internal(set) var directory: FileAttributes?
  /// Names that cannot be one component of a path, made printable; they are not among the entries.
  public internal(set) var unusableNames: [String] = []

  mutating func append(_ names: [SFTPName]) {
    for name in names {
      if let valid = RemoteName(name.name) {
        entries.append(RemoteEntry(name: valid, attributes: name.attributes))
      } else if name.name == [UInt8(ascii: ".")] {
        directory = name.attributes
      } else if name.name != Array("..".utf8) {
        unusableNames.append(printable(name.name))
      }
    }
  }
}

/// A directory that is being listed; owned by the client.
final class OpenDirectory {
  let handle: SFTPHandle
  var listing = RemoteListing()
  var inFlightCount = 0
  /// How many READDIRs may be in flight.
  var window: Int
  var hasEnded = false
  var failure: Failure?
  var waiting: UInt64?

  init(handle: SFTPHandle, window: Int) {
    self.handle = handle
    self.window = window
  }
}

extension SFTPClient {
  private static let maximumWindow = 32
  /// A server that never stops listing must not fill the memory.
  private static let maximumEntries = 10_000_000

  /// Lists a directory, whatever its length, with several requests in flight.
  public func list(_ path: RemotePath) async throws(SFTPError) -> RemoteListing {
    let first = try await list(path, window: 2)
    guard case .failure(let failure) = first else { return try first.get(path, on: server) }
    // A server that cannot take a second READDIR before the first is answered says "failure".
    guard case .failure = failure.kind else { throw failure.error("list", path, on: server) }
    return try await list(path, window: 1).get(path, on: server)
  }

  private func list(
    _ path: RemotePath, window: Int
  ) async throws(SFTPError) -> Result<RemoteListing, Failure> {
    let handle = try await handle(.opendir(path), "list", path)
    let directory = OpenDirectory(handle: handle, window: window)
    askAhead(directory)
    let token = token()
    let answer = await wait(token) {
      directory.waiting = token
      return nil
    }
    directory.hasEnded = true
    send(.close(handle), .forgotten)
    if let failure = directory.failure { return .failure(failure) }
    return answer.map { _ in directory.listing }
  }

  private func askAhead(_ directory: OpenDirectory) {
    while !directory.hasEnded, directory.failure == nil,
      directory.inFlightCount < directory.window
    {
      directory.inFlightCount += 1
      send(.readdir(directory.handle), .readdir(directory))
    }
  }

  func deliver(_ body: SFTPReply.Body, to directory: OpenDirectory) {
    directory.inFlightCount -= 1
    switch body {
    case .names(let names):
      // Some servers end with no names instead of a status.
      if names.isEmpty { directory.hasEnded = true }
      directory.listing.append(names)
      if directory.listing.entries.count > Self.maximumEntries {
        directory.failure = Failure(
          kind: .protocolViolation, reason: "it has more than \(Self.maximumEntries) entries",
          advice: "divide it")
      }
      if directory.window > 1 {
        directory.window = min(Self.maximumWindow, directory.window + 1)
      }
    case .status(let status) where status.code == SFTPStatus.endOfFile:
      directory.hasEnded = true
    case .status(let status):
      directory.failure = directory.failure ?? .refused(status)
    default: break  // the machine lets no other answer to a readdir through
    }
    askAhead(directory)
    guard directory.inFlightCount == 0, let token = directory.waiting else { return }
    directory.waiting = nil
    resume(token, .success(body))
  }
}

extension Result where Success == RemoteListing, Failure == SFTP.Failure {
  fileprivate func get(_ path: RemotePath, on server: String) throws(SFTPError) -> RemoteListing {
    switch self {
    case .success(let listing): return listing
    case .failure(let failure): throw failure.error("list", path, on: server)
    }
  }
}
