import HTTPClient
import TestSupport
import Testing

/// A server may give up a connection at any time. That is no failure of the request that is just sent over it.
@Suite struct GivenUpConnectionTests {
  @Test(arguments: HTTP2Receiver.Manner.allCases)
  func byHTTP2EachRequestIsAnswered(_ manner: HTTP2Receiver.Manner) async throws {
    try await HTTP2Receiver.withReceiver(givingUp: manner) { receiver in
      var settings = HTTPSession.Settings()
      settings.caFile = receiver.certificate.authority
      let session = HTTPSession(settings)
      var request = HTTPRequest(receiver.url, timeout: .seconds(60))
      request.method = "POST"
      request.body = Array("a body".utf8)
      try await withThrowingTaskGroup(of: Void.self) { [request] group in
        for _ in 0..<8 {
          group.addTask {
            for _ in 0..<300 {
              let answer = try await session.send(request)
              #expect(answer.status == 204)
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }
}
