import Glibc
import HTTPClient
import Synchronization
import TestSupport
import Testing

/// What commands use: one request, or an answer piece by piece.
@Suite struct HTTPClientTests {
  @Test func anAnswerThatIsTooLongIsAnError() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      var client = HTTPClient()
      client.longestBody = 1_000
      let request = HTTPRequest(receiver.url("/long/1000"), timeout: .seconds(60))
      let answer = try await client.send(request)
      #expect(answer.body.count == 1_000)
      client.longestBody = 999
      let fault = await #expect(throws: HTTPFault.self) { try await client.send(request) }
      #expect(fault?.kind == .badAnswer && fault?.status == 200, "\(fault as Any)")
      #expect(fault?.reason.contains("999 bytes") == true, "\(fault as Any)")
    }
  }

  @Test func aSlowTakerOfPiecesHoldsUpNobodyElse() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let taken = Mutex(0)
      let isOver = Mutex(false)
      let long = Task {
        let request = HTTPRequest(receiver.url("/long/5000000"), timeout: nil)
        return try await HTTPClient().send(request) { status, piece in
          taken.withLock { $0 += status == 200 ? piece.count : 0 }
          // What a full pipe does.
          while !isOver.withLock({ $0 }) { usleep(1_000) }
          return true
        }
      }
      try await eventually("the first piece is there") { taken.withLock { $0 } > 0 }
      let other = try await HTTPClient().send(
        HTTPRequest(receiver.url("/ok"), timeout: .seconds(60)))
      #expect(other.status == 200 && taken.withLock { $0 } < 5_000_000)
      isOver.withLock { $0 = true }
      #expect(try await long.value.body.isEmpty)
      #expect(taken.withLock { $0 } == 5_000_000)
    }
  }

  @Test func whoTakesPiecesBreaksOffOrIsCancelled() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let request = HTTPRequest(receiver.url("/trickle"), timeout: nil)
      let refused = await #expect(throws: HTTPFault.self) {
        try await HTTPClient().send(request) { _, _ in false }
      }
      #expect(refused?.kind == .unreachable && refused?.status == 200, "\(refused as Any)")
      let hasBegun = Mutex(false)
      let task = Task {
        try await HTTPClient().send(request) { _, _ in
          hasBegun.withLock { $0 = true }
          return true
        }
      }
      try await eventually("the answer has begun") { hasBegun.withLock { $0 } }
      task.cancel()
      let fault = await #expect(throws: HTTPFault.self) { try await task.value }
      #expect(fault?.kind == .cancelled, "\(fault as Any)")
    }
  }
}
