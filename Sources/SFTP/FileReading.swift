import SSH

/// A file that is being read; owned by the client.
final class OpenFile {
  let id: UInt64
  let path: RemotePath
  let handle: SFTPHandle
  var readAhead: ReadAhead
  var attributes = FileAttributes()
  var waiting: [UInt64] = []
  private(set) var failure: Failure?
  var isVerified = false

  init(id: UInt64, path: RemotePath, handle: SFTPHandle, size: UInt64) {
    self.id = id
    self.path = path
    self.handle = handle
    readAhead = ReadAhead(size: size)
  }

  /// The first reason is the one that counts.
  func fail(_ reason: Failure) { failure = failure ?? reason }
}

extension SFTPClient {
  /// What all files together may have in flight: what the channel's window holds.
  private static let maximumBytesInFlight: UInt64 = 4 << 20

  /// Opens a file and begins to read it ahead.
  ///
  /// - Parameter expectedSize: what a listing said, so that reading begins without a further round
  ///   trip; the open file's own size counts in the end.
  public func open(
    _ path: RemotePath, expectedSize: UInt64? = nil
  ) async throws(SFTPError) -> RemoteFile {
    let handle = try await handle(.open(path), "open", path)
    let file = OpenFile(id: token(), path: path, handle: handle, size: expectedSize ?? 0)
    files[file.id] = file
    turn.append(file)
    switch await ask(.fstat(handle)) {
    case .success(.attributes(let attributes)):
      file.attributes = attributes
      if let size = attributes.size { file.readAhead.learn(size: size) }
      executor.wake()
    // Without attributes there is nothing to compare with, but the bytes may well be fine.
    case .success: break
    case .failure(let failure):
      close(file.id)
      throw failure.error("open", path, on: server)
    }
    return RemoteFile(client: self, id: file.id, path: path, attributes: file.attributes)
  }

  /// Opens a file for the time of the body.
  public func withFile<R: Sendable>(
    _ path: RemotePath, expectedSize: UInt64? = nil,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RemoteFile) async throws -> R
  ) async throws -> R {
    let file = try await open(path, expectedSize: expectedSize)
    let result: Result<R, any Error>
    do {
      result = .success(try await body(file))
    } catch {
      result = .failure(error)
    }
    await file.close()
    return try result.get()
  }

  func nextSegment(_ id: UInt64, _ path: RemotePath) async throws(SFTPError) -> [UInt8]? {
    guard let file = files[id] else {
      throw (ending ?? .closed).error("read", path, on: server)
    }
    do throws(Failure) {
      while true {
        if let failure = file.failure { throw failure }
        if let segment = file.readAhead.takeSegment() {
          executor.wake()
          return segment
        }
        if file.readAhead.isComplete {
          try await verify(file)
          return nil
        }
        let token = token()
        _ = try await wait(token) {
          file.waiting.append(token)
          return nil
        }.get()
      }
    } catch {
      close(id)
      throw error.error("read", path, on: server)
    }
  }

  /// Says no more of the file; what is in flight is dropped when it comes.
  func close(_ id: UInt64) {
    guard let file = files.removeValue(forKey: id) else { return }
    file.fail(.closed)
    turn.removeAll { $0 === file }
    for token in file.waiting { resume(token, .failure(.closed)) }
    send(.close(file.handle), .forgotten)
  }

  /// Whether what was read is the file as it stood: its end is where it was said to be, and neither
  /// size nor time moved meanwhile.
  private func verify(_ file: OpenFile) async throws(Failure) {
    guard !file.isVerified else { return }
    let before = file.attributes
    let end = file.readAhead.taken
    if case .attributes(let after) = try await ask(.fstat(file.handle)).get() {
      guard after.size == before.size, after.mtime == before.mtime else { throw .changed }
    }
    // Servers that make a file up while it is read give its size as 0.
    if let size = before.size, size > 0 {
      if end < size {
        throw Failure(
          kind: .endedEarly(at: end, of: size),
          reason: "it ended after \(end) of \(size) bytes", advice: "read it again")
      }
      if end > size { throw .changed }
    }
    file.isVerified = true
  }

  // MARK: For the pump

  /// Asks for what the files want next, a piece of each in turn.
  func askAhead() {
    var index = 0
    var idle = 0
    while bytesInFlight < Self.maximumBytesInFlight, idle < turn.count {
      let file = turn[index]
      if file.failure == nil, let ask = file.readAhead.nextAsk() {
        idle = 0
        bytesInFlight += UInt64(ask.length)
        send(
          .read(file.handle, offset: ask.offset, length: ask.length), .read(file, ask))
      } else {
        idle += 1
      }
      index = (index + 1) % turn.count
    }
    // Whoever came last this time comes first next time.
    if index > 0 { turn = Array(turn[index...] + turn[..<index]) }
  }

  func deliver(_ body: SFTPReply.Body, to file: OpenFile, _ ask: ReadAhead.Ask) {
    bytesInFlight -= UInt64(ask.length)
    guard file.failure == nil else { return }
    do throws(ReadAhead.BytesBehindEnd) {
      switch body {
      case .data(let range):
        try machine.withData(range) { bytes throws(ReadAhead.BytesBehindEnd) in
          try file.readAhead.receive(ask, bytes)
        }
      case .status(let status) where status.code == SFTPStatus.endOfFile:
        try file.readAhead.receiveEnd(ask)
      case .status(let status): file.fail(.refused(status))
      default: break  // the machine lets no other answer to a read through
      }
    } catch {
      file.fail(.changed)
    }
    let waiting = file.waiting
    file.waiting = []
    for token in waiting { resume(token, .success(body)) }
  }
}
