import HTTPClient
import TestSupport
import Testing

/// Servers that don't answer, or not as they should.
@Suite struct HTTPFaultTests {
  private func request(
    _ receiver: HTTPReceiver, _ path: String, _ timeout: Duration = .seconds(60)
  ) -> HTTPRequest {
    HTTPRequest(receiver.url(path), timeout: timeout)
  }

  private func fault(
    _ request: HTTPRequest, _ session: HTTPSession = HTTPSession()
  ) async throws -> HTTPFault {
    try #require(
      await #expect(throws: HTTPFault.self) { try await session.send(request) })
  }

  @Test func whoDoesNotAnswerInTimeIsTimedOut() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let begin = ContinuousClock.now
      let fault = try await fault(request(receiver, "/slow/60000", .milliseconds(300)))
      #expect(fault.kind == .timedOut && fault.status == nil, "\(fault)")
      #expect(ContinuousClock.now - begin < .seconds(30))
    }
  }

  @Test func whoAnswersByteByByteIsTimedOut() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let begin = ContinuousClock.now
      let fault = try await fault(request(receiver, "/trickle", .seconds(5)))
      #expect(fault.kind == .timedOut && fault.status == 200, "\(fault)")
      #expect(ContinuousClock.now - begin < .seconds(30))
    }
  }

  @Test func whoTakesAConnectionAndIsSilentIsTimedOutBefore() async throws {
    let peer = try SilentPeer()
    var request = HTTPRequest("https://127.0.0.1:\(peer.port)/", timeout: .seconds(600))
    request.connectTimeout = .milliseconds(300)
    let begin = ContinuousClock.now
    let fault = try await fault(request)
    #expect(fault.kind == .timedOut, "\(fault)")
    #expect(ContinuousClock.now - begin < .seconds(30))
  }

  @Test func whoWaitsForAConnectionIsTimedOutToo() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      var settings = HTTPSession.Settings()
      settings.connectionsPerHost = 1
      let session = HTTPSession(settings)
      let first = Task { try await session.send(request(receiver, "/slow/60000")) }
      try await eventually("the connection is taken") { !receiver.requests.isEmpty }
      let begin = ContinuousClock.now
      let fault = try await fault(request(receiver, "/ok", .milliseconds(300)), session)
      #expect(fault.kind == .timedOut && receiver.requests.count == 1, "\(fault)")
      let cancelled = Task { try await session.send(request(receiver, "/ok")) }
      // Enough to be waiting by then. If it is not, it is cancelled before, which ends alike.
      try await Task.sleep(for: .milliseconds(50))
      cancelled.cancel()
      let last = await #expect(throws: HTTPFault.self) { try await cancelled.value }
      #expect(last?.kind == .cancelled && ContinuousClock.now - begin < .seconds(30))
      first.cancel()
      let answer = try await session.send(request(receiver, "/ok"))
      #expect(answer.status == 200 && receiver.requests.count == 2)
    }
  }

  @Test func cancellingBreaksOffThatRequestAlone() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let session = HTTPSession()
      let cancelled = Task { try await session.send(request(receiver, "/slow/60000")) }
      let kept = Task { try await session.send(request(receiver, "/slow/1000")) }
      try await eventually("both have asked") { receiver.requests.count == 2 }
      let begin = ContinuousClock.now
      cancelled.cancel()
      let fault = await #expect(throws: HTTPFault.self) { try await cancelled.value }
      #expect(fault?.kind == .cancelled && ContinuousClock.now - begin < .seconds(20))
      #expect(try await kept.value.status == 200)
    }
  }

  @Test func whoIsCancelledBeforeAsksForNothing() async throws {
    let peer = try SilentPeer()
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await HTTPSession().send(
        HTTPRequest("http://127.0.0.1:\(peer.port)/", timeout: .seconds(60)))
    }
    task.cancel()
    let fault = await #expect(throws: HTTPFault.self) { try await task.value }
    #expect(fault?.kind == .cancelled)
  }

  @Test(arguments: ["/long/10000000", "/chunked/10000000"])
  func aLongAnswerIsBrokenOffAndItsStatusTold(_ path: String) async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let session = HTTPSession()
      var long = request(receiver, path)
      (long.keptBody, long.longestBody) = (1_024, 64 << 10)
      let answer = try await session.send(long)
      #expect(answer.status == 200 && answer.isCutOff)
      #expect(answer.body == Array(repeating: UInt8(ascii: "x"), count: 1_024))
      #expect(try await session.send(request(receiver, "/ok")).status == 200)
    }
  }

  @Test(arguments: ["/long/60000", "/chunked/60000"])
  func whatIsNotKeptIsReadForTheConnectionsSake(_ path: String) async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let session = HTTPSession()
      var long = request(receiver, path)
      (long.keptBody, long.longestBody) = (0, 64 << 10)
      for _ in 0..<2 {
        let answer = try await session.send(long)
        #expect(answer.status == 200 && !answer.isCutOff && answer.body.isEmpty)
      }
      #expect(receiver.connections == 1)
    }
  }

  @Test func anAnswerThatEndsInTheMiddleIsNone() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let fault = try await fault(request(receiver, "/breaks"))
      #expect(fault.kind == .unreachable && fault.status == 200, "\(fault)")
    }
  }

  @Test(arguments: [0, 1, 3])
  func anAnswerThatEndsInItsHeadersIsNone(_ headers: Int) async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let fault = try await fault(request(receiver, "/beheaded/\(headers)"))
      #expect(fault.kind == .badAnswer && fault.status == 200, "\(fault)")
      #expect(fault.reason.contains("in the middle of the answer's headers"), "\(fault)")
    }
  }

  @Test(arguments: [200, 410, 503])
  func aStatusWithoutWordsIsOne(_ status: Int) async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let answer = try await HTTPSession().send(request(receiver, "/wordless/\(status)"))
      #expect(answer.status == status)
      #expect(answer.headers.map { $0.name } == ["content-length"])
    }
  }

  @Test func whoHangsUpOrSpeaksNoHTTPGaveNoAnswer() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let silent = try await fault(request(receiver, "/nothing"))
      #expect(silent.kind == .unreachable && silent.status == nil, "\(silent)")
      let strange = try await fault(request(receiver, "/nonsense"))
      #expect(strange.kind == .badAnswer, "\(strange)")
      let endless = try await fault(request(receiver, "/headers/1000"))
      #expect(endless.kind == .badAnswer, "\(endless)")
    }
  }

  @Test func whereNobodyListensIsUnreachable() async throws {
    let port = try closedPort()
    let fault = try await fault(
      HTTPRequest("http://user:pass@127.0.0.1:\(port)/secret", timeout: .seconds(60)))
    #expect(fault.kind == .unreachable, "\(fault)")
    #expect("\(fault)".contains("refused") && !"\(fault)".contains("secret"), "\(fault)")
    #expect(!"\(fault)".contains("pass"))
  }

  @Test(arguments: ["ftp://127.0.0.1/", "file:///etc/passwd", "http://", "no URL at all"])
  func whatIsNoURLOfHTTPIsRefused(_ url: String) async throws {
    let fault = try await fault(HTTPRequest(url, timeout: .seconds(60)))
    #expect(fault.kind == .badRequest || fault.kind == .unreachable, "\(fault)")
  }
}
