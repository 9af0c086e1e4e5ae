import Foundation
import SSH
import TestSupport
import Testing

/// What a server may say before it greets (RFC 4253, section 4.2).
@Suite(.serialized) struct GreetingTests {
  private func error(_ preamble: String) async throws -> SSHError? {
    let server = try OpenSSHServer.current
    let relay = try Relay(to: server.port)
    defer { relay.close() }
    relay.preamble = Array(preamble.utf8)
    do {
      try await connect(
        to: SSHEndpoint(host: "127.0.0.1", port: relay.port, username: server.username),
        hostKeys: HostKeyPolicy(pins: [server.fingerprint()]),
        credentials: SSHCredentials(privateKeyPath: server.userKey())
      ) { _ throws(SSHError) in }
      return nil
    } catch let error as SSHError {
      return error
    }
  }

  @Test(
    .openSSH(),
    arguments: [
      "\r\n", "\n\n\n", "Welcome.\r\n\r\nAuthorised use only.\r\n", "SSH\r\nSS\r\n SSH-2.0-no\r\n",
      "a NUL: \0\r\n", String(repeating: "x", count: 9_000) + "\r\n",
      String(repeating: "\r\n", count: 1_000),
    ])
  func linesBeforeItArePassedOver(_ lines: String) async throws {
    #expect(try await error(lines) == nil)
  }

  @Test(
    .openSSH(),
    arguments: [
      String(repeating: "\n", count: 1_100), String(repeating: "no end ", count: 10_000),
    ])
  func whoeverSaysTooMuchIsNoSSHServer(_ text: String) async throws {
    let error = try await error(text)
    #expect(error?.kind == .protocolFailure)
    #expect(error?.reason.contains("did not greet as an SSH server does") == true)
  }

  @Test func theGreetingIsFoundAtTheBeginOfALine() {
    func steps(_ text: String) -> [GreetingSearch.Step] {
      var search = GreetingSearch()
      return text.utf8.map { search.take($0) }
    }
    #expect(steps("SSH-").last == .found)
    #expect(steps("\nSSH-").last == .found)
    #expect(!steps("xSSH-SSSH-\rSSH-").contains(.found))
    #expect(steps("SSSH\nSSH-").last == .found)
    #expect(steps(String(repeating: "\n", count: 1_025)).last == .tooMuch)
    #expect(!steps(String(repeating: "\n", count: 1_024)).contains(.tooMuch))
  }
}
