import Glibc

/// A file that is nowhere but in memory and has no name any more, for readers that are given a path.
struct MemoryFile: ~Copyable {
  private let descriptor: CInt

  init(_ bytes: [UInt8]) {
    var name = Array("/dev/shm/colisd-fuzz-XXXXXX".utf8CString)
    descriptor = mkstemp(&name)
    unlink(name)
    let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    precondition(written == bytes.count, "cannot make a file in memory: \(errno)")
  }

  deinit { close(descriptor) }

  var path: String { "/proc/self/fd/\(descriptor)" }
}
