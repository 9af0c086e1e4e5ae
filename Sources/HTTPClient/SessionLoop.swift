import CLibCurl

/// The thread of a session: starts what tasks ask for, drives it, and hands out the answers.
final class SessionLoop {
  private struct Running {
    let number: UInt64
    let transfer: Transfer
    let continuation: CheckedContinuation<Result<HTTPResponse, HTTPFault>, Never>
    let deadline: ContinuousClock.Instant?
    /// Whether this is its second try; there is no third.
    var isSecond = false
  }

  private let mailbox: SessionMailbox
  private let multi: MultiHandle
  /// By their easy handles.
  private var running: [UnsafeMutableRawPointer: Running] = [:]
  private var idle: [EasyHandle] = []
  /// No deadline is before.
  private var nextDeadline: ContinuousClock.Instant?

  /// Handles that wait to be used again.
  private static let mostIdle = 64

  init(_ mailbox: SessionMailbox, _ multi: MultiHandle) {
    self.mailbox = mailbox
    self.multi = multi
    multi.set(CURLMOPT_MAX_HOST_CONNECTIONS, mailbox.settings.connectionsPerHost)
    // Without, libcurl keeps four times as many connections as there are requests at the moment: few, where they come
    // in bursts.
    multi.set(CURLMOPT_MAXCONNECTS, Self.mostKept)
  }

  /// Connections to all hosts together, at the end of a request.
  private static let mostKept = 256

  /// Returns when the session is over.
  func run() {
    while true {
      let (letters, isClosed) = mailbox.take()
      for letter in letters {
        switch letter {
        case .send(let number, let request, let continuation):
          start(number, request, continuation)
        case .cancel(let number): cancel(number)
        }
      }
      multi.perform()
      while let (handle, code) = multi.nextEnded() { finish(handle, code) }
      let deadline = finishOverdue()
      if isClosed, running.isEmpty { return }
      multi.wait(until: deadline)
    }
  }

  private func start(
    _ number: UInt64, _ request: HTTPRequest,
    _ continuation: CheckedContinuation<Result<HTTPResponse, HTTPFault>, Never>
  ) {
    guard let easy = idle.popLast() ?? EasyHandle() else {
      return continuation.resume(returning: .failure(.noMemory(request)))
    }
    let transfer = Transfer(request, on: easy)
    transfer.prepare(mailbox.settings)
    guard multi.add(easy) else {
      return continuation.resume(returning: .failure(.noMemory(request)))
    }
    let deadline = request.timeout.map { ContinuousClock.now + $0 + Self.patience }
    running[easy.handle] = Running(
      number: number, transfer: transfer, continuation: continuation, deadline: deadline)
    nextDeadline = [nextDeadline, deadline].compactMap { $0 }.min()
  }

  /// libcurl goes first: it knows what took so long.
  private static let patience = Duration.milliseconds(100)

  /// libcurl looks at the timeout of a transfer that has a connection, and not while it waits for one.
  /// - Returns: when to look again; nil: for nobody.
  private func finishOverdue() -> ContinuousClock.Instant? {
    guard let next = nextDeadline else { return nil }
    let now = ContinuousClock.now
    guard now >= next else { return next }
    for (handle, entry) in running {
      if let deadline = entry.deadline, deadline <= now {
        finish(handle, CURLE_OPERATION_TIMEDOUT)
      }
    }
    nextDeadline = running.values.compactMap(\.deadline).min()
    return nextDeadline
  }

  /// Breaks it off, if it has not ended.
  private func cancel(_ number: UInt64) {
    guard let (handle, found) = running.first(where: { $0.value.number == number }) else { return }
    running[handle] = nil
    putBack(found.transfer.easy)
    found.continuation.resume(returning: .failure(.cancelled(found.transfer.request)))
  }

  private func finish(_ handle: UnsafeMutableRawPointer, _ code: CURLcode) {
    guard !triesAgain(handle, code), let ended = running.removeValue(forKey: handle) else { return }
    let result = ended.transfer.result(code)
    putBack(ended.transfer.easy)
    ended.continuation.resume(returning: result)
  }

  /// Sends a request once more, over a new connection, which went over one that the server has given up meanwhile. libcurl
  /// does that for HTTP/1.1 alone.
  private func triesAgain(_ handle: UnsafeMutableRawPointer, _ code: CURLcode) -> Bool {
    guard let entry = running[handle], !entry.isSecond, entry.transfer.wasGivenUp(code) else {
      return false
    }
    let easy = entry.transfer.easy
    multi.remove(easy)
    easy.forgetError()
    easy.set(CURLOPT_FRESH_CONNECT, 1)
    if let deadline = entry.deadline {
      easy.set(CURLOPT_TIMEOUT_MS, ContinuousClock.now.duration(to: deadline))
    }
    running[handle]?.isSecond = true
    return multi.add(easy)
  }

  private func putBack(_ easy: EasyHandle) {
    multi.remove(easy)
    guard idle.count < Self.mostIdle else { return }
    easy.reset()
    idle.append(easy)
  }
}
