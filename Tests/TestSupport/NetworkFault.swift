import Foundation

/// How a network fails, and after how much of a connection.
public struct NetworkFault: Sendable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// Both sides see the connection end.
    case cut
    /// Both sides see it reset.
    case reset
    /// Nothing comes through any more, in either direction, and neither side is informed.
    case stall
    /// What the server sends comes at one byte a second.
    case trickle
    /// Everything comes so much later, in both directions.
    case delay(Duration)
  }

  public enum Direction: Sendable { case fromServer, fromClient }

  public var kind: Kind
  /// What comes through before, in bytes.
  public var offset: Int
  /// Where messages of PostgreSQL's clients are counted and not bytes: how many come through before.
  public var messages: Int?
  /// Whose bytes are counted.
  public var direction: Direction

  public init(_ kind: Kind, after offset: Int = 0, _ direction: Direction = .fromServer) {
    self.kind = kind
    self.offset = offset
    self.direction = direction
  }

  /// Counts messages that a client sends to a PostgreSQL server.
  public init(_ kind: Kind, afterMessages messages: Int) {
    self.init(kind, after: .max, .fromClient)
    self.messages = messages
  }

  public var description: String {
    "\(kind) after "
      + (messages.map { "\($0) messages" } ?? "\(offset) bytes") + " \(direction)"
  }
}

/// Bytes of one connection.
public struct BytesPassed: Sendable {
  public var fromServer = 0
  public var fromClient = 0

  mutating func include(_ other: Self) {
    fromServer = max(fromServer, other.fromServer)
    fromClient = max(fromClient, other.fromClient)
  }

  subscript(_ direction: NetworkFault.Direction) -> Int {
    get { direction == .fromServer ? fromServer : fromClient }
    set {
      if direction == .fromServer { fromServer = newValue } else { fromClient = newValue }
    }
  }
}

/// One connection through a relay, with what goes wrong on it.
struct Passage {
  private let client: Int32
  private let server: Int32
  private let fault: NetworkFault?
  private(set) var passed = BytesPassed()
  var isOver = false
  private var isFaulty = false
  private var messages = PostgreSQLMessages()
  private var lastByte = ContinuousClock.now
  private var delayed: [(due: ContinuousClock.Instant, bytes: [UInt8], to: Int32)] = []
  private var buffer = [UInt8](repeating: 0, count: 65_536)

  init(client: Int32, server: Int32, fault: NetworkFault?) {
    self.client = client
    self.server = server
    self.fault = fault
    begin()
  }

  /// Passes on what has come; waits a few milliseconds when nothing has.
  mutating func pass() {
    sendDelayed()
    if isFaulty, fault?.kind == .stall {
      usleep(10_000)
      return
    }
    let wait: Int32 = delayed.isEmpty ? 20 : 2
    var entries = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let isSlow = isFaulty && fault?.kind == .trickle
    let isDue = !isSlow || .now - lastByte >= .seconds(1)
    if !isDue { entries[1].fd = -1 }
    guard poll(&entries, 2, wait) > 0 else { return }
    if entries[0].revents != 0 { move(client, server, .fromClient, atMost: buffer.count) }
    if entries[1].revents != 0, !isOver {
      move(server, client, .fromServer, atMost: isSlow ? 1 : buffer.count)
      lastByte = .now
    }
  }

  func close() {
    if fault?.kind == .reset, isFaulty {
      // No time to linger: the kernel sends a reset.
      var linger = linger(l_onoff: 1, l_linger: 0)
      for descriptor in [client, server] {
        setsockopt(
          descriptor, SOL_SOCKET, SO_LINGER, &linger,
          socklen_t(MemoryLayout.size(ofValue: linger)))
      }
    }
    Foundation.close(client)
    Foundation.close(server)
  }

  private mutating func move(
    _ source: Int32, _ sink: Int32, _ direction: NetworkFault.Direction, atMost limit: Int
  ) {
    var limit = limit
    if let fault, !isFaulty, fault.direction == direction {
      limit = min(limit, fault.offset - passed[direction])
    }
    let count = recv(source, &buffer, limit, 0)
    guard count > 0 else {
      isOver = true
      return
    }
    if let most = fault?.messages, direction == .fromClient, !isFaulty {
      let (length, isAll) = messages.take(buffer[..<count], upTo: most)
      if isAll {
        passed[direction] += length
        send(buffer[..<length], to: sink)
        isFaulty = true
        isOver = fault?.kind == .cut || fault?.kind == .reset
        return
      }
    }
    passed[direction] += count
    if isFaulty, case .delay(let time) = fault?.kind {
      delayed.append((.now + time, Array(buffer[..<count]), sink))
    } else {
      send(buffer[..<count], to: sink)
    }
    begin()
  }

  /// The fault sets in once so many bytes are through.
  private mutating func begin() {
    guard let fault, !isFaulty, passed[fault.direction] >= fault.offset else { return }
    isFaulty = true
    if fault.kind == .cut || fault.kind == .reset { isOver = true }
  }

  private mutating func sendDelayed() {
    while let first = delayed.first, first.due <= .now {
      send(first.bytes[...], to: first.to)
      delayed.removeFirst()
    }
  }

  private mutating func send(_ bytes: ArraySlice<UInt8>, to sink: Int32) {
    var rest = bytes
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes {
        Foundation.send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else {
        isOver = true
        return
      }
      rest = rest.dropFirst(sent)
    }
  }
}
