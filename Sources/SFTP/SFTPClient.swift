import SSH
import Synchronization

/// A connection to an SFTP server that carries many requests at once.
///
/// It runs on a thread of its own, together with the SSH session. Every call can be cancelled. If the server gives
/// no complete answer for `timeout`, the connection ends with `timedOut`, even if a byte comes now and then.
///
/// ```swift
/// let bytes = try await SFTPClient.withConnection(
///   to: SSHAccess(
///     endpoint: SSHEndpoint(host: "drop.example.net", username: "dupont"),
///     hostKeys: HostKeyPolicy(pins: ["SHA256:…"]),
///     credentials: SSHCredentials(privateKeyPath: "/etc/colisd/id_ed25519")),
///   timeout: .seconds(30)
/// ) { client in
///   let listing = try await client.list(RemotePath("/out"))
///   …
/// }
/// ```
public actor SFTPClient {
  /// Who waits for the answer to a request.
  enum Call {
    case waiter(UInt64)
    case open(OpenFile)
    case attributes(OpenFile)
    case read(OpenFile, ReadAhead.Ask)
    case check(OpenFile)
    case readdir(OpenDirectory)
    /// Nobody waits for it; if it is a handle, it has to be closed.
    case forgotten
  }

  typealias Answer = Result<SFTPReply.Body, Failure>

  let executor: SessionExecutor
  let interrupt = Interrupt()
  let cancellations = Mutex<[UInt64]>([])
  /// `host:port`, for error messages.
  nonisolated let server: String
  nonisolated let timeout: Duration
  /// Called when a step of connecting is done, and when an answer has come.
  nonisolated let progress: @Sendable () -> Void

  var channel: SSHChannel?
  var machine = SFTPMachine()
  var calls: [UInt32: Call] = [:]
  private var waiters: [UInt64: (request: UInt32?, CheckedContinuation<Answer, Never>)] = [:]
  var files: [UInt64: OpenFile] = [:]
  /// The files that need more bytes, in the order in which they were opened.
  var reading: [OpenFile] = []
  /// How many bytes all files have asked for and not yet handed out.
  var heldBytes: UInt64 = 0
  private var nextToken: UInt64 = 0
  /// Why the connection has ended; nil while it is there.
  private(set) var ending: Failure?
  var clock = AnswerClock()

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  init(
    server: SSHEndpoint, timeout: Duration, progress: @escaping @Sendable () -> Void
  ) throws(SSHError) {
    do throws(SessionExecutor.NoThread) {
      executor = try SessionExecutor()
    } catch {
      throw .outOfResources("start a session with", server, error.code)
    }
    self.server = server.address
    self.timeout = timeout
    self.progress = progress
  }

  // MARK: Asking

  func token() -> UInt64 {
    nextToken += 1
    return nextToken
  }

  /// Queues a request; the pump sends all queued requests together.
  func send(_ request: SFTPRequest, _ call: Call) {
    guard ending == nil else { return }
    if machine.inFlightCount == 0 { clock.begin() }
    let id = machine.request(request)
    calls[id] = call
    executor.wake()
  }

  /// Asks and waits for the answer.
  func ask(_ request: SFTPRequest) async -> Answer {
    let token = token()
    return await wait(token) {
      if machine.inFlightCount == 0 { clock.begin() }
      let id = machine.request(request)
      calls[id] = .waiter(token)
      executor.wake()
      return id
    }
  }

  /// Waits until `resume` is called with the token. Before that it runs the closure, unless the connection has
  /// ended or the task is cancelled.
  func wait(_ token: UInt64, begin: () -> UInt32?) async -> Answer {
    if let ending { return .failure(ending) }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled { return continuation.resume(returning: .failure(.cancelled)) }
        waiters[token] = (begin(), continuation)
      }
    } onCancel: {
      cancellations.withLock { $0.append(token) }
      executor.wake()
    }
  }

  func resume(_ token: UInt64, _ answer: Answer) {
    waiters.removeValue(forKey: token)?.1.resume(returning: answer)
  }

  /// Ends the waits of cancelled tasks; answers that still come for them are ignored.
  func resumeCancelled() {
    let tokens = cancellations.withLock { tokens in
      defer { tokens = [] }
      return tokens
    }
    for token in tokens {
      guard let (request, continuation) = waiters.removeValue(forKey: token) else { continue }
      if let request { calls[request] = .forgotten }
      continuation.resume(returning: .failure(.cancelled))
    }
  }

  /// Ends the connection. All calls that wait, and all later ones, fail with this reason.
  func finish(_ failure: Failure) {
    guard ending == nil else { return }
    ending = failure
    calls = [:]
    for file in files.values { file.fail(failure) }
    files = [:]
    reading = []
    heldBytes = 0
    let waiting = waiters
    waiters = [:]
    for (_, continuation) in waiting.values { continuation.resume(returning: .failure(failure)) }
    channel?.session.disconnect()
    channel = nil
    executor.wake()
  }
}
