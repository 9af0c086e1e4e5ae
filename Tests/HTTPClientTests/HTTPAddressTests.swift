import HTTPClient
import Synchronization
import TestSupport
import Testing

/// The address that is really connected to is asked about.
@Suite struct HTTPAddressTests {
  private func request(
    _ receiver: HTTPReceiver, host: String = "127.0.0.1", _ rule: AddressRule? = AddressRule()
  ) -> HTTPRequest {
    var request = HTTPRequest(receiver.url("/ok", host: host), timeout: .seconds(60))
    request.refusal = rule?.refusal
    return request
  }

  @Test(arguments: [
    ("127.0.0.1", "127.0.0.1 is loopback"), ("localhost", "is loopback"), ("[::1]", "::1"),
    ("[::ffff:127.0.0.1]", "127.0.0.1 is loopback"), ("0.0.0.0", "0.0.0.0 is this machine"),
    ("127.1", "127.0.0.1 is loopback"), ("2130706433", "127.0.0.1 is loopback"),
    ("0x7f.0.0.1", "127.0.0.1 is loopback"), ("[::]", ":: is this machine"),
    ("169.254.169.254", "169.254.169.254 is link-local"), ("10.0.0.1", "10.0.0.1 is private"),
  ])
  func anAddressThatIsRefusedIsNotConnectedTo(_ host: String, _ words: String) async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let begin = ContinuousClock.now
      let fault = await #expect(throws: HTTPFault.self) {
        try await HTTPSession().send(request(receiver, host: host))
      }
      #expect(fault?.kind == .forbiddenAddress, "\(fault as Any)")
      #expect(fault?.reason.contains(words) == true, "\(fault as Any)")
      #expect(receiver.connections == 0 && ContinuousClock.now - begin < .seconds(30))
    }
  }

  @Test func anAddressOfAnAllowedNetworkIsConnectedTo() async throws {
    let rule = AddressRule(allowed: [try AddressNetwork("127.0.0.0/8")], isOnlyAllowed: true)
    try await HTTPReceiver.withReceiver { receiver in
      for host in ["127.0.0.1", "localhost"] {
        let answer = try await HTTPSession().send(request(receiver, host: host, rule))
        #expect(answer.status == 200)
      }
    }
  }

  @Test func aKeptConnectionIsAskedAboutForEachRequest() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let session = HTTPSession()
      let first = try await session.send(request(receiver, nil))
      let fault = await #expect(throws: HTTPFault.self) {
        try await session.send(request(receiver))
      }
      #expect(fault?.kind == .forbiddenAddress, "\(fault as Any)")
      #expect(fault?.reason.contains("127.0.0.1 is loopback") == true, "\(fault as Any)")
      let last = try await session.send(request(receiver, nil))
      #expect(first.status == 200 && last.status == 200)
      #expect(receiver.requests.count == 2)
    }
  }

  @Test func whereOneAddressOfANameIsRefusedAnotherIsTaken() async throws {
    // `localhost` has `::1` beside, or not: it is asked about first where it is there.
    let asked = Mutex<[NetworkAddress]>([])
    try await HTTPReceiver.withReceiver { receiver in
      var request = request(receiver, host: "localhost", nil)
      request.refusal = { address in
        asked.withLock { $0.append(address) }
        return address.isIPv4 ? nil : "is not wanted here"
      }
      let answer = try await HTTPSession().send(request)
      #expect(answer.status == 200)
    }
    #expect(asked.withLock { $0 }.contains { "\($0)" == "127.0.0.1" })
  }

  @Test func aUnixSocketHasNoAddressToAskAbout() async throws {
    let folder = try TemporaryDirectory()
    var request = HTTPRequest("http://localhost/", timeout: .seconds(60))
    request.socket = folder.file("socket")
    request.refusal = AddressRule(isOnlyAllowed: true).refusal
    let fault = await #expect(throws: HTTPFault.self) { try await HTTPSession().send(request) }
    #expect(fault?.kind == .unreachable, "\(fault as Any)")
  }
}
