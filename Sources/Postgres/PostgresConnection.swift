import CLibPQ
import Dispatch

/// A session with a server. It does one thing at a time: who wants several at once opens several.
///
///     let connection = try await PostgresConnection.open(PostgresSettings(url: "postgresql:///colisd"))
///     let rows = try await connection.run("SELECT path FROM file WHERE id = $1", [.integer(7)])
///
/// A task that is cancelled ends the session, as nobody knows then what the server still sends.
public actor PostgresConnection {
  private let handle: PostgresHandle
  /// The names of statements that the server has prepared, by their text.
  private var prepared: [String: String] = [:]
  /// How many names were given.
  private var names = 0
  /// Statements that go ahead of the next ones, and behind them.
  private var ahead: [PostgresStatement] = []
  private var behind: [PostgresStatement] = []
  /// What was sent and is not waited for: its answers come before the next ones.
  private var unread: Sent?
  /// A guard against two callers: they would get each other's answers.
  private var isBusy = false
  private var isBroken = false

  /// libpq blocks in its calls that connect and cancel.
  private static let queue = DispatchQueue(label: "postgres", attributes: .concurrent)

  private init(_ handle: consuming PostgresHandle) { self.handle = handle }

  /// - Throws: `PostgresFault`: unreachable, refused, unavailable, or cancelled.
  public static func open(
    _ settings: PostgresSettings
  ) async throws(PostgresFault) -> PostgresConnection {
    let opening = Opening()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        opening.begin(continuation)
        queue.async {
          opening.end(
            Result { () throws(PostgresFault) in
              PostgresConnection(try PostgresHandle.open(settings))
            })
        }
      }
    } onCancel: {
      // The attempt ends by its own timeout; nobody waits for it any more.
      opening.end(.failure(.cancelledTask))
    }
    return try result.get()
  }

  /// Whether it can still be used.
  public var isOpen: Bool { !isBroken && PQstatus(handle.connection) == CONNECTION_OK }

  /// Runs a statement.
  /// - Parameters:
  ///   - sql: one statement, which is prepared once: texts that differ each time fill the server's memory.
  ///   - values: for `$1`, `$2` and so on.
  @discardableResult
  public func run(
    _ sql: String, _ values: [PostgresValue] = []
  ) async throws(PostgresFault) -> PostgresRows {
    // There is one answer to one statement.
    try await run([PostgresStatement(sql, values)])[0]
  }

  /// Runs statements one after the other in one round trip. Without a transaction of the caller they are one.
  /// - Throws: the fault of the first that failed; the later ones were not run.
  @discardableResult
  public func run(_ statements: [PostgresStatement]) async throws(PostgresFault) -> [PostgresRows] {
    guard !statements.isEmpty else { return [] }
    begin()
    defer { isBusy = false }
    let (before, after) = (ahead.count, behind.count)
    let sent = try send(statements)
    try await flush()
    try await takeUnread()
    let (answers, fault) = try await answers(to: sent)
    guard PQexitPipelineMode(handle.connection) == 1 else { throw broken() }
    if let fault { throw fault }
    return Array(answers.dropFirst(before).dropLast(after))
  }

  /// Has statements go ahead of the next ones, in their round trip.
  public func prepend(_ statements: [PostgresStatement]) { ahead += statements }

  /// Has statements go behind the next ones, in their round trip.
  public func append(_ statements: [PostgresStatement]) { behind += statements }

  /// Whether no transaction is open, and nothing goes with the next statements.
  public var isDone: Bool {
    ahead.isEmpty && behind.isEmpty && PQtransactionStatus(handle.connection) == PQTRANS_IDLE
  }

  /// Sends a statement and does not wait for its end: the session can be used at once. Nobody is told of its fault, so
  /// it is none that matters.
  public func finish(_ sql: String) async throws(PostgresFault) {
    begin()
    defer { isBusy = false }
    try await takeUnread()
    unread = try send([PostgresStatement(sql)])
    try await flush()
  }

  /// Statements that were sent together.
  private struct Sent {
    var statements: [PostgresStatement]
    /// The names under which those are prepared that were not yet.
    var names: [String?]
  }

  /// Takes the answers that nobody waited for.
  private func takeUnread() async throws(PostgresFault) {
    guard let sent = unread else { return }
    unread = nil
    _ = try await answers(to: sent)
  }

  /// Makes the session ready for what can't be in a pipeline.
  private func leavePipeline() async throws(PostgresFault) {
    try await takeUnread()
    guard PQexitPipelineMode(handle.connection) == 1 else { throw broken() }
  }

  /// - Returns: the answers up to the first fault, and that fault.
  private func answers(
    to sent: Sent
  ) async throws(PostgresFault) -> (rows: [PostgresRows], fault: PostgresFault?) {
    var answers: [PostgresRows] = []
    var fault: PostgresFault?
    for (statement, name) in zip(sent.statements, sent.names) {
      if let name {
        if let wrong = try await answer().fault {
          fault = fault ?? wrong
        } else if fault == nil {
          prepared[statement.sql] = name
        }
      }
      switch try await answer() {
      case .rows(let rows): answers.append(rows)
      case .fault(let wrong): fault = fault ?? wrong
      case .skipped: break
      }
    }
    try await expectSync()
    return (answers, fault)
  }

  /// Sends some statements, with what goes ahead of them and behind them.
  private func send(_ asked: [PostgresStatement]) throws(PostgresFault) -> Sent {
    let connection = handle.connection
    guard isOpen, PQenterPipelineMode(connection) == 1 else { throw broken() }
    let statements = ahead + asked + behind
    (ahead, behind) = ([], [])
    var new: [String: String] = [:]
    var named: [String?] = []
    for statement in statements {
      let known = prepared[statement.sql] ?? new[statement.sql]
      let name = known ?? "s\(names)"
      if known == nil {
        names += 1
        let types = statement.values.map(\.type)
        guard PQsendPrepare(connection, name, statement.sql, Int32(types.count), types) == 1 else {
          throw broken()
        }
        new[statement.sql] = name
      }
      named.append(known == nil ? name : nil)
      guard statement.send(connection, as: name) else { throw broken() }
    }
    guard PQpipelineSync(connection) == 1 else { throw broken() }
    return Sent(statements: statements, names: named)
  }

  // MARK: Copying

  /// Sends rows by `COPY … FROM STDIN (FORMAT binary)`.
  /// - Parameter bytes: the whole of them, as `CopyRows` makes them.
  /// - Returns: how many rows the server took.
  @discardableResult
  public func copy(_ sql: String, _ bytes: CopyRows) async throws(PostgresFault) -> Int {
    begin()
    defer { isBusy = false }
    let connection = handle.connection
    guard isOpen else { throw broken() }
    try await leavePipeline()
    guard PQsendQuery(connection, sql) == 1 else { throw broken() }
    try await flush()
    guard let start = try await result() else { throw broken() }
    guard PQresultStatus(start) == PGRES_COPY_IN else {
      let fault = PostgresFault(clearing: start)
      try await drain()
      throw fault
    }
    PQclear(start)
    for piece in bytes.pieces {
      let taken = piece.withUnsafeBytes { bytes in
        PQputCopyData(
          connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
      }
      guard taken == 1 else { throw broken() }
      try await flush()
    }
    guard PQputCopyEnd(connection, nil) == 1 else { throw broken() }
    try await flush()
    switch try await answer() {
    case .rows(let rows): return rows.changed
    case .fault(let fault): throw fault
    case .skipped: throw broken()
    }
  }

  // MARK: Notifications

  /// Waits for the next notification of a channel that the session listens to. Nothing else can be done with the session
  /// meanwhile.
  /// - Returns: what the notification says.
  public func notification() async throws(PostgresFault) -> String {
    begin()
    defer { isBusy = false }
    guard isOpen else { throw broken() }
    try await leavePipeline()
    while true {
      if let notification = PQnotifies(handle.connection) {
        defer { PQfreemem(notification) }
        return String(cString: notification.pointee.extra)
      }
      await SocketWait.until(.reading, handle.socket)
      try take()
    }
  }

  // MARK: Answers

  private enum Answer {
    case rows(PostgresRows)
    case fault(PostgresFault)
    /// A statement before it failed.
    case skipped

    var fault: PostgresFault? { if case .fault(let fault) = self { fault } else { nil } }
  }

  /// The answer to one statement, and the end of it.
  private func answer() async throws(PostgresFault) -> Answer {
    guard let result = try await result() else { throw broken() }
    let answer: Answer
    switch PQresultStatus(result) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK: answer = .rows(PostgresRows(result))
    case PGRES_PIPELINE_ABORTED:
      PQclear(result)
      answer = .skipped
    default: answer = .fault(PostgresFault(clearing: result))
    }
    try await drain()
    return answer
  }

  /// Reads to the end of an answer.
  private func drain() async throws(PostgresFault) {
    while let result = try await result() { PQclear(result) }
  }

  private func expectSync() async throws(PostgresFault) {
    guard let result = try await result() else { throw broken() }
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else { throw broken() }
  }

  // MARK: The socket

  /// Sends all that libpq has, and takes what comes meanwhile: a server that can't send stops reading.
  private func flush() async throws(PostgresFault) {
    while true {
      let left = PQflush(handle.connection)
      guard left >= 0 else { throw broken() }
      if left == 0 { return }
      await SocketWait.until(.either, handle.socket)
      try take()
    }
  }

  /// The next result; nil: there is none in this answer any more.
  private func result() async throws(PostgresFault) -> OpaquePointer? {
    while PQisBusy(handle.connection) == 1 {
      await SocketWait.until(.reading, handle.socket)
      try take()
    }
    return PQgetResult(handle.connection)
  }

  private func take() throws(PostgresFault) {
    if Task.isCancelled {
      isBroken = true
      cancel()
      throw .cancelledTask
    }
    guard PQconsumeInput(handle.connection) == 1 else { throw broken() }
  }

  /// Asks the server to give up what it does for us. Nobody waits for it.
  private func cancel() {
    guard let request = PQgetCancel(handle.connection) else { return }
    let address = UInt(bitPattern: request)
    Self.queue.async {
      let request = OpaquePointer(bitPattern: address)
      var words = [CChar](repeating: 0, count: 256)
      PQcancel(request, &words, Int32(words.count))
      PQfreeCancel(request)
    }
  }

  private func broken() -> PostgresFault {
    isBroken = true
    let fault = handle.lost()
    return fault.message.isEmpty ? PostgresFault(.unreachable, "the connection is closed") : fault
  }

  private func begin() {
    precondition(!isBusy, "a connection is used by two at once")
    isBusy = true
  }
}

extension PostgresFault {
  static var cancelledTask: PostgresFault { PostgresFault(.cancelled, "it was cancelled") }
}
