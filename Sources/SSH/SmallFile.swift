import Glibc

/// Files of a few kilobytes that are read as a whole: keys, secrets, known_hosts.
package enum SmallFile {
  package enum ReadError: Error, Equatable, CustomStringConvertible {
    /// The `errno` of the call that failed.
    case system(Int32)
    case notRegular
    case tooLarge(limit: Int)

    /// The `errno`, where the file is not to blame but this machine has no more to give.
    var lack: Int32? {
      guard case .system(let code) = self, SSHError.isLack(code) else { return nil }
      return code
    }

    package var description: String {
      switch self {
      case .system(let code): "cannot be read: \(systemMessage(code))"
      case .notRegular: "is not a file"
      case .tooLarge(let limit): "is larger than \(limit / 1024) KiB"
      }
    }
  }

  /// A pipe or a device, at which reading might never end, is refused without waiting for it.
  package static func read(_ path: String, limit: Int) throws(ReadError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    let openCode = errno
    guard descriptor >= 0 else { throw .system(openCode) }
    defer { close(descriptor) }
    var status = stat()
    let code = fstat(descriptor, &status) == 0 ? 0 : errno
    guard code == 0 else { throw .system(code) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    var filled = 0
    while filled < bytes.count {
      let (count, code) = bytes.withUnsafeMutableBytes {
        let count = Glibc.read(
          descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled)
        return (count, errno)
      }
      if count < 0, code == EINTR { continue }
      guard count >= 0 else { throw .system(code) }
      if count == 0 { break }
      filled += count
    }
    guard filled <= limit else { throw .tooLarge(limit: limit) }
    return Array(bytes[..<filled])
  }
}
