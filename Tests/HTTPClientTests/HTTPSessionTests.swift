import HTTPClient
import TestSupport
import Testing

/// Requests to a real server, and what becomes of their connections.
@Suite struct HTTPSessionTests {
  private func request(_ receiver: HTTPReceiver, _ path: String) -> HTTPRequest {
    HTTPRequest(receiver.url(path), timeout: .seconds(60))
  }

  @Test func aRequestArrivesAsItIs() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      var request = request(receiver, "/ok?a=b")
      request.method = "POST"
      request.headers = [("Content-Type", "application/json"), ("X-Name", "Été")]
      request.body = [0, 1, 255, 10]
      let answer = try await HTTPSession().send(request)
      #expect(answer.status == 200 && answer.body == Array("ok".utf8) && !answer.isCutOff)
      #expect(answer[header: "content-type"] == "text/plain")
      let seen = try #require(receiver.requests.first)
      #expect(seen.method == "POST" && seen.path == "/ok?a=b" && seen.body == [0, 1, 255, 10])
      #expect(seen.headers["content-type"] == "application/json")
      #expect(seen.headers["content-length"] == "4" && seen.headers["accept-encoding"] == nil)
    }
  }

  @Test func aBodyMayBeEmptyAndItsMethodAnother() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let session = HTTPSession()
      for (method, body) in [("POST", []), ("PUT", [1]), ("GET", nil)] as [(String, [UInt8]?)] {
        var request = request(receiver, "/ok")
        (request.method, request.body) = (method, body)
        let answer = try await session.send(request)
        #expect(answer.status == 200)
      }
      let seen = receiver.requests
      #expect(seen.map(\.method) == ["POST", "PUT", "GET"])
      #expect(seen.map(\.body) == [[], [1], []])
      #expect(seen.map { $0.headers["content-length"] } == ["0", "1", nil])
    }
  }

  @Test func requestsOneAfterAnotherShareAConnection() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let session = HTTPSession()
      for number in 0..<20 {
        // An error is no reason to leave the connection.
        let answer = try await session.send(
          request(receiver, number.isMultiple(of: 2) ? "/ok" : "/status/500"))
        #expect(answer.status == (number.isMultiple(of: 2) ? 200 : 500))
      }
      #expect(receiver.requests.count == 20 && receiver.connections == 1)
    }
  }

  @Test func requestsAtATimeGoAtATimeAndTheirConnectionsStay() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let session = HTTPSession()
      for _ in 0..<2 {
        // Nobody is answered before all have asked.
        try await sendAll(8, request(receiver, "/together/8"), session)
      }
      #expect(receiver.requests.count == 16 && receiver.connections == 8)
    }
  }

  @Test func thereAreNoMoreConnectionsThanWanted() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      var settings = HTTPSession.Settings()
      settings.connectionsPerHost = 2
      // Nobody is answered before two have asked.
      try await sendAll(8, request(receiver, "/together/2"), HTTPSession(settings))
      #expect(receiver.requests.count == 8 && receiver.connections == 2)
    }
  }

  private func sendAll(_ count: Int, _ request: HTTPRequest, _ session: HTTPSession) async throws {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<count { group.addTask { try await session.send(request).status } }
      for try await status in group { #expect(status == 200) }
    }
  }

  @Test func aServerThatHangsUpIsConnectedToAgain() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let session = HTTPSession()
      for _ in 0..<3 {
        let answer = try await session.send(request(receiver, "/once"))
        #expect(answer.status == 200)
      }
      #expect(receiver.requests.count == 3 && receiver.connections == 3)
    }
  }

  @Test func aRedirectionIsAnAnswer() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      for status in [301, 302, 303, 307, 308] {
        let answer = try await HTTPSession().send(request(receiver, "/status/\(status)"))
        #expect(answer.status == status && answer[header: "location"] == "/elsewhere")
      }
      #expect(receiver.requests.count == 5)
    }
  }

  @Test func aSessionThatEndsClosesItsConnectionsAfterTheLastRequest() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      var session: HTTPSession? = HTTPSession()
      let answer = try await session?.send(request(receiver, "/ok"))
      #expect(answer?.status == 200 && receiver.openConnections == 1)
      let last = Task { [session] in try await session?.send(request(receiver, "/slow/500")) }
      try await eventually("the last has asked") { receiver.requests.count == 2 }
      session = nil
      let late = try await last.value
      #expect(late?.status == 200)
      try await eventually("the connection is closed") { receiver.openConnections == 0 }
    }
  }

  @Test func aLineBreakInAHeaderIsRefused() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      var request = request(receiver, "/ok")
      request.headers = [("X-Name", "a\r\nX-Other: b")]
      let fault = await #expect(throws: HTTPFault.self) { try await HTTPSession().send(request) }
      #expect(fault?.kind == .badRequest && fault?.reason.contains("X-Name") == true)
      #expect(receiver.requests.isEmpty)
    }
  }
}
