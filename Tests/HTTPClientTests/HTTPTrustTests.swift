import Foundation
import HTTPClient
import TestSupport
import Testing

/// TLS: whose certificates are taken, and HTTP/2.
@Suite struct HTTPTrustTests {
  private func session(_ certificate: TestCertificate?) -> HTTPSession {
    var settings = HTTPSession.Settings()
    settings.caFile = certificate?.authority
    return HTTPSession(settings)
  }

  private func ask(_ receiver: HTTPReceiver, host: String) async throws -> HTTPResponse {
    try await session(receiver.certificate).send(
      HTTPRequest(receiver.url("/ok", host: host), timeout: .seconds(60)))
  }

  @Test func aCertificateOfATrustedAuthorityIsTaken() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      for host in ["localhost", "127.0.0.1"] {
        let answer = try await ask(receiver, host: host)
        #expect(answer.status == 200)
      }
    }
  }

  @Test func theSystemKnowsNoAuthorityOfATest() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let fault = await #expect(throws: HTTPFault.self) {
        try await HTTPSession().send(
          HTTPRequest(receiver.url("/ok", host: "localhost"), timeout: .seconds(60)))
      }
      #expect(fault?.kind == .untrusted && receiver.requests.isEmpty)
      #expect(fault?.reason.contains("issuer") == true, "\(fault as Any)")
    }
  }

  @Test func anExpiredCertificateIsToldFromOneForAnotherName() async throws {
    for (kind, word) in [(TestCertificate.Kind.expired, "expired"), (.otherName, "name")] {
      try await HTTPReceiver.withReceiver(kind) { receiver in
        let fault = await #expect(throws: HTTPFault.self) {
          try await ask(receiver, host: "localhost")
        }
        #expect(fault?.kind == .untrusted && receiver.requests.isEmpty)
        #expect(fault?.reason.contains(word) == true, "\(fault as Any)")
      }
    }
  }

  @Test func requestsAtATimeHaveAConnectionEachWhereTheServerKnowsNoHTTP2() async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let session = session(receiver.certificate)
      let request = HTTPRequest(
        receiver.url("/together/8", host: "localhost"), timeout: .seconds(60))
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 { group.addTask { try await session.send(request).status } }
        for try await status in group { #expect(status == 200) }
      }
      #expect(receiver.connections == 8)
    }
  }

  @Test func requestsAtATimeShareAConnectionByHTTP2() async throws {
    let certificate = try await TestCertificate.make()
    let folder = try TemporaryDirectory()
    let log = folder.file("log")
    let server = try await PortServer.start("the server of HTTP/2", log: log) { port in
      try RunningProcess(
        // Whole lines at once.
        "/usr/bin/stdbuf",
        [
          "-oL", "/usr/sbin/nghttpd", "--verbose", "--echo-upload", "--address=127.0.0.1",
          "\(port)", certificate.key, certificate.certificate,
        ],
        directory: folder.path, output: .file(log), error: .file(log))
    }
    defer { withExtendedLifetime(folder) { server.process.kill() } }
    let session = session(certificate)
    var request = HTTPRequest("https://localhost:\(server.port)/", timeout: .seconds(60))
    request.method = "POST"
    request.body = Array("a body".utf8)
    try await withThrowingTaskGroup(of: [UInt8].self) { [request] group in
      for _ in 0..<8 { group.addTask { try await session.send(request).body } }
      for try await body in group { #expect(body == request.body) }
    }
    // Each line names its connection: `[id=2]`. The first was the look whether it listens.
    var asked: [Substring] = []
    try await eventually("the server has told of all requests") {
      let text = try String(contentsOfFile: log, encoding: .utf8)
      asked = text.split(separator: "\n").filter { $0.contains(":method: POST") }
      return asked.count == 8
    }
    let connections = Set(asked.compactMap { $0.firstMatch(of: /\[id=(\d+)\]/)?.1 })
    #expect(connections.count == 1, "\(asked)")
  }
}
