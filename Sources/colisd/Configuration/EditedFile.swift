import Glibc

/// A file that somebody edits: its bytes, and when it was edited last.
struct EditedFile {
  let bytes: [UInt8]
  /// Seconds since 1970.
  let editedAt: Int64

  struct Failure: Error {
    /// `errno`.
    let code: Int32
  }

  /// Reads what stands in the file, up to one byte more than is allowed: a device may have no end.
  static func read(_ path: String, atMost largest: Int) -> Result<EditedFile, Failure> {
    // Opening a pipe would wait until somebody writes to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .failure(Failure(code: errno)) }
    defer { close(descriptor) }
    var status = stat()
    // Read before the bytes: after a write in between the bytes are newer than this time, never older.
    guard fstat(descriptor, &status) == 0 else { return .failure(Failure(code: errno)) }
    var bytes: [UInt8] = []
    var code: Int32 = 0
    while bytes.count <= largest, code == 0 {
      let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
        let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        // At once: what runs next may set it again.
        if got < 0 { code = errno }
        count = max(0, got)
      }
      if code == EINTR {
        code = 0
        continue
      }
      if chunk.isEmpty { break }
      bytes += chunk
    }
    guard code == 0 else { return .failure(Failure(code: code)) }
    // Its first field, the seconds; by name it belongs to a module that nobody can import alone.
    let editedAt = withUnsafeBytes(of: status.st_mtim) { $0.load(as: Int64.self) }
    return .success(EditedFile(bytes: bytes, editedAt: editedAt))
  }
}
