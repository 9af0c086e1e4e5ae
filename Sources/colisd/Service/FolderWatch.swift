@preconcurrency import Dispatch
import Glibc

/// Tells when something in a folder changed: a file that was written to its end, moved, linked or
/// removed, or that others may read now (inotify(7)).
struct FolderWatch: Sendable {
  let path: String
  /// Told once why the folder can't be watched.
  var onFailure: @Sendable (_ reason: String) -> Void = { _ in }

  /// What editors and scripts do in one go is told as one change.
  private static let quiet = Duration.milliseconds(300)
  /// How long to wait for a folder that is gone.
  private static let patience = Duration.seconds(5)

  /// Calls the body after each change, until it is cancelled; also when the folder itself was exchanged.
  /// And once at the beginning, for what changed before anybody watched.
  func run(_ body: @Sendable () async -> Void) async {
    var told = ""
    while !Task.isCancelled {
      switch Self.changes(in: path) {
      case .failure(let failure):
        if failure.reason != told { onFailure(failure.reason) }
        told = failure.reason
      case .success(let changes):
        told = ""
        await body()
        for await isGone in changes {
          try? await Task.sleep(for: Self.quiet)
          if Task.isCancelled { return }
          await body()
          if isGone { break }
        }
      }
      try? await Task.sleep(for: Self.patience)
    }
  }

  private struct Failure: Error {
    /// The system's words.
    let reason: String

    /// - Parameter code: `errno`, taken at once.
    init(_ code: Int32) { reason = String(cString: strerror(code)) }
  }

  /// - Returns: whether the folder itself is gone, after each change.
  private static func changes(in path: String) -> Result<AsyncStream<Bool>, Failure> {
    let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    guard descriptor >= 0 else { return .failure(Failure(errno)) }
    let mask =
      IN_ATTRIB | IN_CLOSE_WRITE | IN_CREATE | IN_MOVE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF
    guard inotify_add_watch(descriptor, path, UInt32(mask)) >= 0 else {
      let failure = Failure(errno)
      close(descriptor)
      return .failure(failure)
    }
    // Of changes that come while one is being looked at, one more look is enough.
    let (stream, continuation) = AsyncStream.makeStream(
      of: Bool.self, bufferingPolicy: .bufferingNewest(1))
    let source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
    source.setEventHandler {
      switch read(descriptor, in: path) {
      case .nothing: break
      case .changed: continuation.yield(false)
      case .gone:
        continuation.yield(true)
        continuation.finish()
      }
    }
    source.setCancelHandler { close(descriptor) }
    continuation.onTermination = { _ in source.cancel() }
    source.activate()
    return .success(stream)
  }

  private enum Finding { case nothing, changed, gone }

  /// Reads what happened, all of it.
  private static func read(_ descriptor: Int32, in folder: String) -> Finding {
    var finding = Finding.nothing
    let head = MemoryLayout<inotify_event>.size
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 16 * 1024, alignment: MemoryLayout<inotify_event>.alignment)
    defer { buffer.deallocate() }
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      guard count > 0 else { return finding }
      var offset = 0
      while offset + head <= count {
        let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
        let name = buffer[(offset + head)..<min(count, offset + head + Int(event.len))]
          .prefix { $0 != 0 }
        offset += head + Int(event.len)
        let mask = Int(event.mask)
        if mask & Int(IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED) != 0 { return .gone }
        let path = "\(folder)/\(String(decoding: name, as: UTF8.self))"
        // What was just made is empty, and its writer's last word comes when it closes it.
        if mask & Int(IN_CREATE) != 0, isBeingWritten(path) { continue }
        finding = .changed
      }
    }
  }

  /// Whether a path is an ordinary file that was not linked into place.
  private static func isBeingWritten(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_nlink == 1
  }
}
