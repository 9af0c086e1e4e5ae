import SSH

extension SFTPClient {
  /// How many bytes all files together may have asked for and not yet handed out: as many as the channel's
  /// window holds. A file that somebody waits for may ask for more.
  private static let maximumHeldBytes: UInt64 = 4 << 20

  /// Starts to open a file and to read it ahead, without waiting for an answer; if the server refuses, the
  /// file's first `next()` throws. Files are read in the order in which they were opened.
  ///
  /// - Parameter expectedSize: the size in a listing, in bytes. With it, reading starts one round trip
  ///   earlier. It need not be right: the size of the open file decides.
  public func open(_ path: RemotePath, expectedSize: UInt64? = nil) -> RemoteFile {
    let file = OpenFile(id: token(), path: path, size: expectedSize ?? 0)
    files[file.id] = file
    send(.open(path), .open(file))
    return RemoteFile(client: self, id: file.id, path: path)
  }

  /// Opens a file, gives it to the body, and closes it after that.
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
          // A file that somebody waits for may ask for more.
          executor.wake()
          return nil
        }.get()
      }
    } catch {
      close(id)
      throw error.error(file.operation, path, on: server)
    }
  }

  /// Closes a file; answers that still come for it are ignored.
  func close(_ id: UInt64) {
    guard let file = files.removeValue(forKey: id) else { return }
    file.fail(.closed)
    reading.removeAll { $0 === file }
    heldBytes -= file.countedBytes
    file.countedBytes = 0
    for token in file.waiting { resume(token, .failure(.closed)) }
    // Without a handle it is not open yet; it is closed when the handle comes.
    if let handle = file.handle { send(.close(handle), .forgotten) }
  }

  // MARK: Called by the pump

  /// Sends the next reads of all files, in the order in which they were opened, as they are taken in that
  /// order.
  func askAhead() {
    for file in reading {
      guard file.failure == nil, let handle = file.handle else { continue }
      // A file that somebody waits for goes on even when others that nobody takes have used up the limit.
      while heldBytes < Self.maximumHeldBytes || !file.waiting.isEmpty || file.readAhead.hasRests,
        let ask = file.readAhead.nextAsk()
      {
        send(.read(handle, offset: ask.offset, length: ask.length), .read(file, ask))
        count(file)
      }
    }
  }

  /// Takes the answer to an open: a handle, or a refusal.
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

  /// Takes the attributes of a file that was just opened.
  func deliver(_ body: SFTPReply.Body, describing file: OpenFile) {
    // Without attributes there is nothing to compare with at the end, but the file may well be good.
    var attributes = FileAttributes()
    if case .attributes(let given) = body { attributes = given }
    file.attributes = attributes
    if let size = attributes.size { file.readAhead.learn(size: size) }
    askForCheck(file)
  }

  /// Brings `heldBytes` up to date.
  private func count(_ file: OpenFile) {
    guard files[file.id] != nil else { return }
    heldBytes = heldBytes - file.countedBytes + file.readAhead.heldBytes
    file.countedBytes = file.readAhead.heldBytes
  }

  /// Takes the answer to a read.
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

  /// Asks for the attributes once more when all bytes have come, and does not wait until they are taken. So
  /// the answer comes while the bytes are still being used.
  private func askForCheck(_ file: OpenFile) {
    guard file.readAhead.hasAll, file.check == .notAsked, file.attributes != nil,
      let handle = file.handle
    else { return }
    file.check = .asked
    reading.removeAll { $0 === file }
    send(.fstat(handle), .check(file))
  }

  /// Takes the attributes that were asked for at the end.
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
