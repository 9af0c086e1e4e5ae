@preconcurrency import Dispatch
import Glibc

/// The changes of one folder as inotify(7) reports them.
struct FolderEvents: Sendable {
  struct Event: Sendable {
    /// Whether the folder is gone from its path.
    var isGone = false
    var seenAt = ContinuousClock.now
  }

  struct Failure: Error {
    /// The system's words.
    let reason: String

    /// - Parameter code: `errno`, taken at once.
    init(_ code: Int32) { reason = String(cString: strerror(code)) }
  }

  private let path: String
  private let descriptor: Int32
  private let unfinished: UnfinishedFiles
  private let continuation: AsyncStream<Event>.Continuation
  private let queue: DispatchQueue
  private let source: any DispatchSourceRead

  /// How long to wait for the first byte of a file that was made.
  private static let quiet = DispatchTimeInterval.milliseconds(300)
  /// How often to look whether the folder at the path is still the one that is watched.
  private static let interval = DispatchTimeInterval.seconds(5)

  /// The events from now on, until their reader stops or the folder is gone.
  static func watch(
    _ path: String, _ unfinished: UnfinishedFiles
  ) -> Result<AsyncStream<Event>, Failure> {
    let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    guard descriptor >= 0 else { return .failure(Failure(errno)) }
    // Taken before the watch begins: a folder that is exchanged in between is noticed at the next look.
    let folder = FileIdentity(path: path)
    let mask =
      IN_ATTRIB | IN_CLOSE_WRITE | IN_CREATE | IN_MODIFY | IN_MOVE | IN_DELETE | IN_DELETE_SELF
      | IN_MOVE_SELF
    guard inotify_add_watch(descriptor, path, UInt32(mask)) >= 0 else {
      let failure = Failure(errno)
      close(descriptor)
      return .failure(failure)
    }
    unfinished.reset()
    // For all changes that come during a look, one more look is enough.
    let (stream, continuation) = AsyncStream.makeStream(
      of: Event.self, bufferingPolicy: .bufferingNewest(1))
    let queue = DispatchQueue(label: "contracts")
    let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    let timer = DispatchSource.makeTimerSource(queue: queue)
    let events = Self(
      path: path, descriptor: descriptor, unfinished: unfinished, continuation: continuation,
      queue: queue, source: source)
    source.setEventHandler { events.read() }
    source.setCancelHandler { close(descriptor) }
    timer.schedule(deadline: .now() + interval, repeating: interval, leeway: .milliseconds(500))
    timer.setEventHandler {
      if FileIdentity(path: path) != folder { events.report(isGone: true) }
    }
    continuation.onTermination = { _ in
      timer.cancel()
      source.cancel()
    }
    source.activate()
    timer.activate()
    return .success(stream)
  }

  private func report(isGone: Bool = false) {
    continuation.yield(Event(isGone: isGone))
    if isGone { continuation.finish() }
  }

  /// Reads all that happened and reports it.
  private func read() {
    switch drain() {
    case .nothing: break
    case .changed: report()
    case .gone: report(isGone: true)
    }
  }

  private enum Finding { case nothing, changed, gone }

  private func drain() -> Finding {
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
        if isChange(mask, Array(name)) { finding = .changed }
      }
    }
  }

  private func isChange(_ mask: Int, _ name: [UInt8]) -> Bool {
    if mask & Int(IN_Q_OVERFLOW) != 0 {
      unfinished.reset()
    } else if mask & Int(IN_MODIFY) != 0 {
      unfinished.isWritten(name)
      return false
    } else if mask & Int(IN_CREATE) != 0, isAlone(name) {
      // Usually it is still empty, and its closing will be reported. But it may have been linked from
      // elsewhere, and then nothing more is reported, even if its first name was removed since.
      unfinished.isMade(name)
      queue.asyncAfter(deadline: .now() + Self.quiet) { lookAgain(name) }
      return false
    } else if mask & Int(IN_ATTRIB) != 0 {
      return !unfinished.contains(name)
    } else {
      unfinished.isFinished(name)
    }
    return true
  }

  /// Reports a file that was made with all its bytes. A file that is written after that is reported then.
  private func lookAgain(_ name: [UInt8]) {
    // After its end the number may belong to another descriptor.
    guard !source.isCancelled else { return }
    let hasBytes = (status(of: name)?.st_size ?? 0) > 0
    read()
    guard hasBytes, unfinished.isOnlyMade(name) else { return }
    unfinished.isFinished(name)
    report()
  }

  /// Whether a name is that of an ordinary file that has no other one.
  private func isAlone(_ name: [UInt8]) -> Bool {
    guard let status = status(of: name) else { return false }
    return status.st_mode & S_IFMT == S_IFREG && status.st_nlink == 1
  }

  private func status(of name: [UInt8]) -> stat? {
    var status = stat()
    let path = Array(path.utf8) + [UInt8(ascii: "/")] + name + [0]
    let code = path.withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { text in
        text.baseAddress.map { lstat($0, &status) } ?? -1
      }
    }
    return code == 0 ? status : nil
  }
}
