import CLibSSH2
import Glibc

/// The library: starts it once, and gives its version and abilities.
public enum LibSSH2 {
  /// libssh2_init is not thread-safe; a static is initialised once, whoever comes first.
  private static let startCode = libssh2_init(0)

  static func start() -> Bool { startCode == 0 }

  /// The version of the library that was loaded, which may be newer than the header's: `1.10.0`.
  public static var version: String {
    libssh2_version(0).map { String(cString: $0) } ?? "unknown"
  }

  /// RSA keys sign by SHA-2 from 1.11 on; today's OpenSSH takes nothing less.
  static var signsRSAWithSHA2: Bool { libssh2_version(0x010b00) != nil }

  /// From 1.11.1 on the library puts the names by which both sides tell of extensions in front of
  /// the key exchanges itself; before that they are part of the list that it is given.
  static var addsExtensionNames: Bool { libssh2_version(0x010b01) != nil }
}

/// Owns a LIBSSH2_SESSION.
struct SessionHandle: ~Copyable {
  let pointer: OpaquePointer
  private let transport: Transport

  /// Nil when memory is out or the library did not start.
  init?(_ transport: Transport) {
    guard LibSSH2.start(),
      let pointer = libssh2_session_init_ex(
        nil, nil, nil, Unmanaged.passUnretained(transport).toOpaque())
    else { return nil }
    self.pointer = pointer
    self.transport = transport
    libssh2_session_set_blocking(pointer, 0)
    colisd_libssh2_set_io(
      pointer,
      { _, buffer, length, _, abstract in
        guard let transport = SessionHandle.transport(abstract) else { return -Int(EPIPE) }
        return transport.send(UnsafeRawBufferPointer(start: buffer, count: length))
      },
      { _, buffer, length, _, abstract in
        guard let transport = SessionHandle.transport(abstract) else { return -Int(EPIPE) }
        return transport.receive(into: UnsafeMutableRawBufferPointer(start: buffer, count: length))
      },
      { _, reason, message, length, _, _, abstract in
        let bytes = UnsafeRawBufferPointer(start: message, count: max(0, Int(length)))
        SessionHandle.transport(abstract)?.farewell = Farewell(reason: reason, message: bytes)
      })
  }

  deinit {
    // On a closed transport every step of taking down fails instead of waiting, so this frees all.
    transport.close()
    while libssh2_session_free(pointer) == LIBSSH2_ERROR_EAGAIN {}
  }

  static func transport(
    _ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
  ) -> Transport? {
    guard let context = abstract?.pointee else { return nil }
    return Unmanaged<Transport>.fromOpaque(context).takeUnretainedValue()
  }

  /// The algorithms that this build of the library has for a LIBSSH2_METHOD_…, best first.
  func algorithms(for method: Int32) -> [String] {
    var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    let count = libssh2_session_supported_algs(pointer, method, &names)
    guard let names, count > 0 else { return [] }
    defer { libssh2_free(pointer, names) }
    return (0..<Int(count)).compactMap { names[$0].map { String(cString: $0) } }
  }

  func algorithms(of list: AlgorithmList) -> [String] { algorithms(for: list.methods[0]) }

  /// The library's words, if its last failure is the one that `code` stands for.
  func message(for code: Int32) -> String? {
    guard libssh2_session_last_errno(pointer) == code else { return nil }
    var text: UnsafeMutablePointer<CChar>?
    var length: Int32 = 0
    libssh2_session_last_error(pointer, &text, &length, 0)
    guard let text, length > 0 else { return nil }
    return String(cString: text)
  }
}
