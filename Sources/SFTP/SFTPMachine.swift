/// SFTP version 3 as a state machine: it turns requests into bytes to send, and received bytes into replies.
///
/// It does no I/O and uses no clock, so tests and fuzzers can run it, too. Any number of requests may be in flight;
/// replies are matched by their id and may come in any order. Any input gives a reply or a typed error, and never
/// a trap. It needs no more memory than one packet of `maximumPacket` bytes and the bytes that were passed in.
///
/// ```swift
/// var machine = SFTPMachine()
/// machine.start()
/// let id = machine.request(.lstat(RemotePath("/out")))
/// machine.withOutput { pipe.write($0) }
/// machine.receive(bytes)
/// while let reply = try machine.nextReply() { … }
/// ```
///
/// Source: draft-ietf-secsh-filexfer-02.
public struct SFTPMachine: Sendable {
  /// The largest packet that a server may send, in bytes. The draft asks for 34,000 bytes at least; OpenSSH's own
  /// limit is 256 KiB.
  public static let maximumPacket = 1 << 20

  private enum Phase {
    case idle
    case awaitingVersion
    case ready
  }

  private var phase = Phase.idle
  private var failure: SFTPProtocolError?

  private var inbound: [UInt8] = []
  private var head = 0
  private var tail = 0

  private var writer = PacketWriter()
  private var sentCount = 0

  private var inFlight: [UInt32: SFTPRequest.Expectation] = [:]
  private var nextID: UInt32 = 0
  private var oldest: UInt32 = 0

  public init() {}

  // MARK: Out

  /// Asks for version 3. Called once, before anything else is sent.
  public mutating func start() {
    guard phase == .idle else { return }
    phase = .awaitingVersion
    writer.begin(1)
    writer.append(UInt32(3))
    writer.end()
  }

  /// Whether the server has agreed on the version.
  public var isReady: Bool { phase == .ready }

  /// Queues a request.
  /// - Returns: the id that its reply will have.
  public mutating func request(_ request: SFTPRequest) -> UInt32 {
    while inFlight[nextID] != nil { nextID &+= 1 }
    let id = nextID
    nextID &+= 1
    if inFlight.isEmpty { oldest = id }
    inFlight[id] = request.expectation
    request.encode(id: id, into: &writer)
    return id
  }

  /// How many requests have no reply yet.
  public var inFlightCount: Int { inFlight.count }

  /// The oldest request without a reply.
  public var oldestRequest: UInt32? { inFlight.isEmpty ? nil : oldest }

  public var hasOutput: Bool { sentCount < writer.bytes.count }

  /// Gives the bytes to send to the closure, and removes as many as it returns.
  public mutating func withOutput<E: Error>(
    _ take: (UnsafeRawBufferPointer) throws(E) -> Int
  ) throws(E) {
    guard hasOutput else { return }
    let left = writer.bytes.count - sentCount
    let taken = try unsafe(writer.bytes, from: sentCount, take)
    sentCount += min(max(taken, 0), left)
    if sentCount == writer.bytes.count {
      writer.removeAll()
      sentCount = 0
    }
  }

  // MARK: In

  /// Lets the closure write received bytes directly into the machine's buffer.
  ///
  /// - Parameter capacity: how many bytes the closure may write.
  /// - Returns: what the closure returns: the number of bytes it wrote, or nil.
  public mutating func fill<E: Error>(
    capacity: Int, _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int?
  ) throws(E) -> Int? {
    makeRoom(capacity)
    let from = tail
    let room = inbound.count - from
    let count = try unsafe(&inbound, from: from, body)
    if let count { tail += min(max(count, 0), room) }
    return count
  }

  /// Takes bytes that came from the server.
  public mutating func receive(_ bytes: some Collection<UInt8>) {
    _ = fill(capacity: bytes.count) { buffer -> Int? in
      buffer.copyBytes(from: bytes)
      return bytes.count
    }
  }

  /// The next complete reply; nil if more bytes are needed. After an error all further calls throw it, too.
  public mutating func nextReply() throws(SFTPProtocolError) -> SFTPReply? {
    if let failure { throw failure }
    do throws(SFTPProtocolError) {
      while let packet = try nextPacket() {
        if let reply = try read(packet) { return reply }
      }
      return nil
    } catch {
      failure = error
      throw error
    }
  }

  /// Gives the bytes of a `data` reply to the closure; only before the next call that changes the machine.
  public func withData<R, E: Error>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    let range = range.clamped(to: 0..<tail)
    return try unsafe(inbound, from: range.lowerBound) { bytes throws(E) in
      try body(UnsafeRawBufferPointer(rebasing: bytes.prefix(range.count)))
    }
  }

  // MARK: Packets

  private mutating func makeRoom(_ capacity: Int) {
    if head == tail {
      head = 0
      tail = 0
    }
    if inbound.count - tail < capacity, head > 0 {
      // Only an unfinished packet is left to move.
      inbound.withUnsafeMutableBytes { bytes in
        let rest = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[head..<tail])
        UnsafeMutableRawBufferPointer(rebasing: bytes[..<rest.count]).copyMemory(from: rest)
      }
      tail -= head
      head = 0
    }
    let lack = capacity - (inbound.count - tail)
    if lack > 0 { inbound.append(contentsOf: repeatElement(0, count: lack)) }
  }

  private mutating func nextPacket() throws(SFTPProtocolError) -> PacketReader? {
    guard tail - head >= 5 else { return nil }
    var header = PacketReader(inbound, head..<head + 4, type: 0)
    let length = try header.integer(UInt32.self)
    if phase != .ready, inbound[head..<head + 4].allSatisfy(Self.isText) {
      throw .notSFTP(text: printable(inbound[head..<min(tail, head + 200)]))
    }
    guard length <= Self.maximumPacket else {
      throw .packetTooLong(length: length, limit: Self.maximumPacket)
    }
    guard length > 0 else { throw .truncated(type: 0) }
    guard tail - head >= 4 + Int(length) else { return nil }
    let body = head + 5..<head + 4 + Int(length)
    let type = inbound[head + 4]
    head = body.upperBound
    return PacketReader(inbound, body, type: type)
  }

  private static func isText(_ byte: UInt8) -> Bool {
    (0x20...0x7e).contains(byte) || byte == 0x0a || byte == 0x0d
  }

  private mutating func read(_ packet: PacketReader) throws(SFTPProtocolError) -> SFTPReply? {
    var packet = packet
    let type = packet.type
    if phase != .ready {
      guard phase == .awaitingVersion, type == 2 else { throw .unexpectedType(type) }
      // Extensions follow; none is used.
      let version = try packet.integer(UInt32.self)
      guard version == 3 else { throw .unsupportedVersion(version) }
      phase = .ready
      return nil
    }
    guard (101...105).contains(type) else { throw .unexpectedType(type) }
    let id = try packet.integer(UInt32.self)
    guard let expectation = inFlight.removeValue(forKey: id) else { throw .unknownRequest(id) }
    if id == oldest { findOldest() }
    return SFTPReply(id: id, body: try body(&packet, expectation))
  }

  private func body(
    _ packet: inout PacketReader, _ expectation: SFTPRequest.Expectation
  ) throws(SFTPProtocolError) -> SFTPReply.Body {
    switch (packet.type, expectation) {
    case (101, _):
      let status = try packet.status()
      guard status.code != SFTPStatus.ok || expectation == .success else { break }
      return .status(status)
    case (102, .handle):
      let handle = try packet.string()
      guard handle.count <= 256 else { break }
      return .handle(SFTPHandle(handle))
    case (103, .data(let limit)):
      let range = try packet.range()
      guard !range.isEmpty, range.count <= limit else { break }
      return .data(range)
    case (104, .names):
      return .names(try packet.names())
    case (105, .attributes):
      return .attributes(try packet.attributes())
    default: break
    }
    throw .mismatched(type: packet.type)
  }

  /// Ids are given in order, so each answered one is skipped only once.
  private mutating func findOldest() {
    guard !inFlight.isEmpty else { return }
    repeat { oldest &+= 1 } while inFlight[oldest] == nil
  }
}

// The standard library's rethrowing closures can't throw a typed error, so the error is returned as a value.

private func unsafe<R, E: Error>(
  _ bytes: [UInt8], from: Int, _ body: (UnsafeRawBufferPointer) throws(E) -> R
) throws(E) -> R {
  let result: Result<R, E> = bytes.withUnsafeBytes { buffer in
    let part = UnsafeRawBufferPointer(rebasing: buffer[from...])
    return Result { () throws(E) in try body(part) }
  }
  return try result.get()
}

private func unsafe<R, E: Error>(
  _ bytes: inout [UInt8], from: Int, _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
) throws(E) -> R {
  let result: Result<R, E> = bytes.withUnsafeMutableBytes { buffer in
    let part = UnsafeMutableRawBufferPointer(rebasing: buffer[from...])
    return Result { () throws(E) in try body(part) }
  }
  return try result.get()
}
