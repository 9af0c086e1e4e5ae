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
    while true {
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count > 0 {
        allowance -= count
        if let kept = opening?.count, kept < 16_384 {
          opening?.append(contentsOf: buffer[..<min(count, 16_384 - kept)])
        }
        return count
      }
      if count == 0 {
        failure = ECONNRESET
        return -Int(ECONNRESET)
      }
      if errno == EINTR { continue }
      if errno == EAGAIN { return -Int(EAGAIN) }
      let code = errno
      failure = code
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
      if count >= 0 {
        done += count
      } else if errno == EAGAIN {
        break
      } else if errno != EINTR {
        let code = errno
        failure = code
        return -Int(code)
      }
    }
    return done
  }
}
