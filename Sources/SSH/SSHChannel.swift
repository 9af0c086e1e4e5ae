import CLibSSH2
import Glibc

/// A byte pipe to a program on the server that never blocks.
///
/// Not Sendable, like its session, which it keeps alive. Poll the session's descriptor for its
/// `pollEvents` when nothing comes.
public final class SSHChannel {
  /// What the server may send unasked for: the read-ahead's bytes in flight.
  static let windowSize: UInt32 = 4 << 20
  static let packetSize: UInt32 = 32_768

  public let session: SSHSession
  // Freed with the session, which outlives this object.
  private let pointer: OpaquePointer

  init(session: SSHSession, pointer: OpaquePointer) {
    self.session = session
    self.pointer = pointer
  }

  /// Takes what has come.
  /// - Returns: the number of bytes; nil when there is nothing now; 0 when the server has closed
  ///   the pipe.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SSHError) -> Int? {
    session.transport.beginCall()
    let count = libssh2_channel_read_ex(
      pointer, 0, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
    if count > 0 { return Int(count) }
    if count == 0 { return libssh2_channel_eof(pointer) == 1 ? 0 : nil }
    if count == Int(LIBSSH2_ERROR_EAGAIN) {
      // The end may have come together with "nothing more".
      return libssh2_channel_eof(pointer) == 1 ? 0 : nil
    }
    throw session.failure(Int32(count), "read from", advice: "connect again")
  }

  /// Sends what fits in the server's window.
  /// - Returns: the number of bytes taken; 0 while the window is full.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(SSHError) -> Int {
    guard !bytes.isEmpty else { return 0 }
    session.transport.beginCall()
    let count = libssh2_channel_write_ex(
      pointer, 0, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    if count >= 0 { return Int(count) }
    if count == Int(LIBSSH2_ERROR_EAGAIN) { return 0 }
    throw session.failure(Int32(count), "write to", advice: "connect again")
  }
}
