import SSH

/// A file that is being read; owned by the client.
final class OpenFile {
  let id: UInt64
  let path: RemotePath
  /// Nil until the server has opened it.
  var handle: SFTPHandle?
  var readAhead: ReadAhead
  /// As it was opened; nil until that is known.
  var attributes: FileAttributes?
  var check = Check.notAsked
  var waiting: [UInt64] = []
  private(set) var failure: Failure?
  /// What the client counts of this file among the bytes that it holds.
  var countedBytes: UInt64 = 0

  /// The attributes at the end, which are asked for as soon as all bytes have come.
  enum Check {
    case notAsked
    case asked
    case passed
  }

  init(id: UInt64, path: RemotePath, size: UInt64) {
    self.id = id
    self.path = path
    readAhead = ReadAhead(size: size)
  }

  /// What is being done, for errors.
  var operation: String { handle == nil ? "open" : "read" }

  /// The first reason is the one that counts.
  func fail(_ reason: Failure) { failure = failure ?? reason }
}

extension SFTPClient {
  /// What all files together may have asked for and not handed out, beside the one that is waited for:
  /// what the channel's window holds.
  private static let maximumHeldBytes: UInt64 = 4 << 20

  /// Asks for a file to be opened and read ahead, without waiting for it: what the server says to that
  /// is what the file's first `next()` gives. Of several files those that were opened first are read
  /// first.
  ///
  /// - Parameter expectedSize: what a listing said, so that reading begins without a further round
  ///   trip; the open file's own size counts in the end.
  public func open(_ path: RemotePath, expectedSize: UInt64? = nil) -> RemoteFile {
    let file = OpenFile(id: token(), path: path, size: expectedSize ?? 0)
    files[file.id] = file
    send(.open(path), .open(file))
    return RemoteFile(client: self, id: file.id, path: path)
  }

  /// Opens a file for the time of the body.
  public func withFile<R: Sendable>(
    _ path: RemotePath, expectedSize: UInt64? = nil,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RemoteFile) async throws -> R
  ) async throws -> R {
    let file = await open(path, expectedSize: expectedSize)
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
          count(file)
          executor.wake()
          return segment
        }
        if file.readAhead.isComplete, file.check == .passed {
          close(id)
          return nil
        }
        let token = token()
        _ = try await wait(token) {
          file.waiting.append(token)
          // It may now ask for more than before.
          executor.wake()
          return nil
        }.get()
      }
    } catch {
      close(id)
      throw error.error(file.operation, path, on: server)
    }
  }

  /// Says no more of the file; what is in flight is dropped when it comes.
  func close(_ id: UInt64) {
    guard let file = files.removeValue(forKey: id) else { return }
    file.fail(.closed)
    reading.removeAll { $0 === file }
    heldBytes -= file.countedBytes
    file.countedBytes = 0
    for token in file.waiting { resume(token, .failure(.closed)) }
    // One that is not open yet is closed when it is.
    if let handle = file.handle { send(.close(handle), .forgotten) }
  }

  // MARK: For the pump

  /// Asks for what the files want next, those first that were opened first: they are taken first too.
  func askAhead() {
    for file in reading {
      guard file.failure == nil, let handle = file.handle else { continue }
      // Who waits for a file must get it, even if others that nobody takes hold all there may be.
      while heldBytes < Self.maximumHeldBytes || !file.waiting.isEmpty || file.readAhead.hasRests,
        let ask = file.readAhead.nextAsk()
      {
        send(.read(handle, offset: ask.offset, length: ask.length), .read(file, ask))
        count(file)
      }
    }
  }

  /// Takes the handle of a file, or why there is none.
  func deliver(_ body: SFTPReply.Body, opening file: OpenFile) {
    switch body {
    case .handle(let handle):
      guard files[file.id] != nil else { return send(.close(handle), .forgotten) }
      file.handle = handle
      let place = reading.lastIndex { $0.id < file.id }.map { $0 + 1 } ?? 0
      reading.insert(file, at: place)
      send(.fstat(handle), .attributes(file))
    case .status(let status):
      file.fail(.refused(status))
      resumeReaders(of: file, body)
    default: break  // the machine lets no other answer to an open through
    }
  }

  /// Takes the attributes of a file as it was opened.
  func deliver(_ body: SFTPReply.Body, describing file: OpenFile) {
    // Without attributes there is nothing to compare with, but the bytes may well be fine.
    var attributes = FileAttributes()
    if case .attributes(let given) = body { attributes = given }
    file.attributes = attributes
    if let size = attributes.size { file.readAhead.learn(size: size) }
    askForCheck(file)
  }

  /// Keeps the number of bytes that are held up to date.
  private func count(_ file: OpenFile) {
    guard files[file.id] != nil else { return }
    heldBytes = heldBytes - file.countedBytes + file.readAhead.heldBytes
    file.countedBytes = file.readAhead.heldBytes
  }

  func deliver(_ body: SFTPReply.Body, to file: OpenFile, _ ask: ReadAhead.Ask) {
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
    count(file)
    askForCheck(file)
    resumeReaders(of: file, body)
  }

  /// Asks for the attributes at the end once all bytes have come, and not when the last one is taken:
  /// the answer comes while others are read.
  private func askForCheck(_ file: OpenFile) {
    guard file.readAhead.hasAll, file.check == .notAsked, file.attributes != nil,
      let handle = file.handle
    else { return }
    file.check = .asked
    reading.removeAll { $0 === file }
    send(.fstat(handle), .check(file))
  }

  /// Takes the attributes that the file had once all its bytes had come.
  func deliver(_ body: SFTPReply.Body, checking file: OpenFile) {
    do throws(Failure) {
      try file.verify(body)
      file.check = .passed
    } catch {
      file.fail(error)
    }
    resumeReaders(of: file, body)
  }

  private func resumeReaders(of file: OpenFile, _ body: SFTPReply.Body) {
    let waiting = file.waiting
    file.waiting = []
    for token in waiting { resume(token, .success(body)) }
  }
}

extension OpenFile {
  /// Whether what was read is the file as it stood: its end is where it was said to be, and neither
  /// size nor time moved meanwhile. A server that gives no attributes at the end is believed.
  fileprivate func verify(_ body: SFTPReply.Body) throws(Failure) {
    if case .attributes(let after) = body {
      guard after.size == attributes?.size, after.mtime == attributes?.mtime else {
        throw .changed
      }
    }
    // Servers that make a file up while it is read give its size as 0.
    guard let size = attributes?.size, size > 0, let end = readAhead.end else { return }
    if end < size {
      throw Failure(
        kind: .endedEarly(at: end, of: size),
        reason: "it ended after \(end) of \(size) bytes", advice: "read it again")
    }
    if end > size {
      throw Failure(
        kind: .changedWhileReading,
        reason: "it has bytes behind the \(size) that the server gives as its size",
        advice: "read it again when it is at rest")
    }
  }
}
