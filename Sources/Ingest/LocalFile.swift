import Glibc
import ParcelStore

/// An open file of this machine.
final class LocalFile: ChunkSource {
  private let descriptor: Int32
  let sighting: FileSighting
  /// Called for each chunk with how many bytes were read.
  var onProgress: (Int) -> Void = { _ in }

  /// How much a pipe holds at most.
  private static let chunkSize = 64 * 1024

  /// After so many milliseconds it is checked whether the task was cancelled.
  private static let slice: Int32 = 50

  init(_ path: String) throws(LocalFiles.ReadError) {
    guard path != "-" else {
      descriptor = STDIN_FILENO
      sighting = FileSighting(path: "-", size: nil, mtime: nil)
      return
    }
    // Without O_NONBLOCK `open` would wait for ever for a pipe that nobody writes.
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { throw Self.error(path, errno) }
    var status = stat()
    let code = fstat(opened, &status) == 0 ? 0 : errno
    guard code == 0, status.st_mode & S_IFMT != S_IFDIR else {
      // `deinit` does not run if `init` throws here.
      close(opened)
      if code != 0 { throw Self.error(path, code) }
      throw LocalFiles.ReadError(path: path, reason: "it is a folder", isMissing: false)
    }
    descriptor = opened
    let absolute = realpath(path, nil)
    defer { free(absolute) }
    let isFile = status.st_mode & S_IFMT == S_IFREG
    sighting = FileSighting(
      path: absolute.map { String(cString: $0) } ?? path,
      size: isFile ? Int64(status.st_size) : nil,
      mtime: isFile ? Int64(status.st_mtim.tv_sec) : nil)
  }

  deinit { if descriptor > STDERR_FILENO { close(descriptor) } }

  /// The total size in bytes; nil if one of them is not a regular file.
  static func totalSize(_ paths: [String]) -> Int64? {
    paths.reduce(Int64?(0)) { sum, path in
      var status = stat()
      guard let sum, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        return nil
      }
      return sum &+ Int64(status.st_size)
    }
  }

  /// Waits in short slices, so that it notices a cancellation.
  func next() async throws -> [UInt8]? {
    while true {
      var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      while poll(&ready, 1, Self.slice) == 0 {
        try Task.checkCancellation()
        await Task.yield()
      }
      var code: Int32 = 0
      let chunk = [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { buffer, count in
        let result = read(descriptor, buffer.baseAddress, buffer.count)
        if result < 0 { code = errno }
        count = max(0, result)
      }
      if code == 0 {
        onProgress(chunk.count)
        return chunk.isEmpty ? nil : chunk
      }
      guard code == EAGAIN || code == EINTR else { throw Self.error(sighting.path, code) }
    }
  }

  private static func error(_ path: String, _ code: Int32) -> LocalFiles.ReadError {
    LocalFiles.ReadError(
      path: path, reason: String(cString: strerror(code)), isMissing: code == ENOENT)
  }
}
