import Glibc

/// The bytes under an SSH session: libssh2 calls it instead of the socket.
///
/// Sending never blocks and is never partial for libssh2: what the socket does not take is kept
/// here. libssh2 answers a second packet begun while another is half sent with "bad use", which a
/// window adjustment in the middle of a write would run into. How much is kept is bounded by the
/// requests that the file protocol has in flight.
///
/// `MSG_NOSIGNAL` on every send: a server that went away is an error, not a SIGPIPE.
final class Transport {
  private var socket: TCPSocket?
  private var unsent: [UInt8] = []
  private var sentCount = 0
  /// Why the connection is over, where the socket said so.
  private(set) var failure: Int32?
  /// What the server said in the clear before keys were agreed on; nil once that is not wanted.
  private var opening: [UInt8]? = []
  /// How many bytes one call of libssh2 may still take in. It reads on while anything comes; a peer
  /// that floods us with packets of no meaning must not keep it from coming back.
  private var allowance = 0
  /// Nil once the server has greeted; what comes before the greeting is passed over.
  private(set) var greetingSearch: GreetingSearch? = GreetingSearch()
  /// What was taken of the greeting to find it, and libssh2 has not had yet.
  private var foundGreeting: ArraySlice<UInt8> = []
  /// What the server said when it ended the session by itself.
  var farewell: Farewell?
  /// Answers a keyboard-interactive prompt; only while logging in.
  var password: String?

  init(_ socket: consuming TCPSocket) { self.socket = consume socket }

  var descriptor: Int32 { socket?.descriptor ?? -1 }
  var hasUnsent: Bool { sentCount < unsent.count }

  /// The server's greeting and key exchange offer; stops keeping them.
  func takeOpening() -> [UInt8] {
    defer { opening = nil }
    return opening ?? []
  }

  /// Allows another call of libssh2 to take in what a channel's window holds, and then some.
  func beginCall() { allowance = 8 << 20 }

  /// Closes the socket. Whatever libssh2 still wants to say while it is taken down fails at once,
  /// where on an open socket each step would wait for the server.
  func close() {
    socket = nil
    unsent = []
    sentCount = 0
    failure = failure ?? ECONNRESET
  }

  // MARK: What libssh2 calls; both give bytes or a negative errno.

  func send(_ bytes: UnsafeRawBufferPointer) -> Int {
    if let failure { return -Int(failure) }
    var taken = 0
    if !hasUnsent {
      taken = sendNow(bytes)
      if taken < 0 { return taken }
    }
    unsent.append(contentsOf: bytes[taken...])
    return bytes.count
  }

  func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    if let failure { return -Int(failure) }
    guard allowance > 0 else { return -Int(EAGAIN) }
    if greetingSearch != nil {
      let code = passOverLines()
      guard code == 0 else { return code }
    }
    let count: Int
    if foundGreeting.isEmpty {
      count = receiveNow(into: buffer)
      guard count > 0 else { return count }
      allowance -= count
    } else {
      count = min(foundGreeting.count, buffer.count)
      buffer.copyBytes(from: foundGreeting.prefix(count))
      foundGreeting.removeFirst(count)
    }
    if let kept = opening?.count, kept < 16_384 {
      opening?.append(contentsOf: buffer[..<min(count, 16_384 - kept)])
    }
    return count
  }

  /// Byte by byte, as libssh2 reads a greeting too: nothing behind it may be taken.
  /// - Returns: 0 when the greeting is found, or a negative errno.
  private func passOverLines() -> Int {
    var byte: UInt8 = 0
    while true {
      let count = withUnsafeMutableBytes(of: &byte) { receiveNow(into: $0) }
      guard count > 0 else { return count }
      switch greetingSearch?.take(byte) {
      case .more?: continue
      case .tooMuch?:
        failure = EPROTO
        return -Int(EPROTO)
      case .found?, nil:
        greetingSearch = nil
        foundGreeting = GreetingSearch.mark[...]
        return 0
      }
    }
  }

  /// - Returns: the number of bytes, more than none, or a negative errno.
  private func receiveNow(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      let code = errno
      if count > 0 { return count }
      if count == 0 {
        failure = ECONNRESET
        return -Int(ECONNRESET)
      }
      if code == EINTR { continue }
      if code != EAGAIN { failure = code }
      return -Int(code)
    }
  }

  /// Gives the socket what it takes of the bytes that are kept.
  func flush() {
    guard failure == nil, hasUnsent else { return }
    let count = unsent.withUnsafeBytes {
      sendNow(UnsafeRawBufferPointer(rebasing: $0[sentCount...]))
    }
    guard count > 0 else { return }
    sentCount += count
    if !hasUnsent {
      unsent.removeAll(keepingCapacity: true)
      sentCount = 0
    }
  }

  private func sendNow(_ bytes: UnsafeRawBufferPointer) -> Int {
    var done = 0
    while done < bytes.count {
      let count = Glibc.send(
        descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done,
        Int32(MSG_NOSIGNAL))
      let code = errno
      if count >= 0 {
        done += count
      } else if code == EAGAIN {
        break
      } else if code != EINTR {
        failure = code
        return -Int(code)
      }
    }
    return done
  }
}
