import Foundation
import TestSupport
import Testing

/// What `colisd check` says of endpoints of webhooks, and what it sends to them.
@Suite(.openSSH()) struct WebhookCheckTests {
  private func workspace(_ configuration: String) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.removeContract("comptoir-nantes")
    try workspace.folder.write("colisd.yaml", configuration)
    return workspace
  }

  @Test func endpointsThatAreGoodAreNamedWithoutTheirPaths() async throws {
    let workspace = try workspace(WebhookRefusalTests.good)
    let check = try await workspace.run("check", environment: WebhookRefusalTests.environment)
    #expect(check.status == Exit.done, "\(check.standardOutput)")
    for name in ["shop", "erp"] {
      let line = "ok     webhook \(name): https://\(name).example.net, secrets are readable"
      #expect(check.lines.contains(line), "\(check.standardOutput)")
    }
    #expect(!check.standardOutput.contains("hunter2"))
  }

  @Test func everyKeyMayBeThere() async throws {
    let workspace = try workspace(
      WebhookRefusalTests.good.replacing(
        "timeout: 15s",
        with: """
          timeout: 5m
              format: sendcloud
              status: [delivered, delivery_failed]
              concurrency: 64
              only-changes: true
              contract: dupont
              max-age: 400d
              rate: 100/s
              personal-data: false
          """))
    let check = try await workspace.run("check", environment: WebhookRefusalTests.environment)
    #expect(check.status == Exit.done, "\(check.standardOutput)")
  }

  @Test func theKeysOfTheSampleAreAccepted() async throws {
    let sample = try String(contentsOf: samples.appending(path: "colisd.yaml"), encoding: .utf8)
    let lines = sample.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix("# webhooks:") })
    let section = lines[start...].prefix { !$0.isEmpty }.map { line in
      line.replacing("# ", with: "", maxReplacements: 1) + "\n"
    }
    #expect(section.count > 10)
    let workspace = try workspace(ConfigurationRefusalTests.good + section.joined())
    let check = try await workspace.run("check", environment: WebhookRefusalTests.environment)
    #expect(check.status == Exit.done, "\(check.standardOutput)")
    #expect(check.standardOutput.contains("credential webhook-shop"), "\(check.standardOutput)")
  }

  @Test func aContractThatIsNotThereIsANote() async throws {
    let workspace = try workspace(
      WebhookRefusalTests.good.replacing("timeout: 15s", with: "contract: [dupont, dupnt]"))
    let check = try await workspace.run("check", environment: WebhookRefusalTests.environment)
    #expect(check.status == Exit.done, "\(check.standardOutput)")
    let notes = check.lines.filter { $0.hasPrefix("ok     webhook shop: note: ") }
    #expect(notes.count == 1, "\(check.standardOutput)")
    #expect(notes.first?.contains("\"dupnt\"") == true, "\(notes)")
    #expect(notes.first?.contains("did you mean dupont?") == true, "\(notes)")
  }

  @Test func aCredentialOfTheUnitIsANote() async throws {
    let workspace = try workspace(
      WebhookRefusalTests.good.replacing("{ env: NEW_SECRET }", with: "{ credential: erp-new }"))
    let check = try await workspace.run("check", environment: WebhookRefusalTests.environment)
    #expect(check.status == Exit.done, "\(check.standardOutput)")
    let note = check.lines.first { $0.hasPrefix("ok     webhook erp: note: ") }
    #expect(note?.contains("credential erp-new") == true, "\(check.standardOutput)")
  }

  @Test(arguments: [["--webhooks"], ["--connect", "--webhooks", "a.csv"]])
  func testMessagesNeedAConnection(_ arguments: [String]) async throws {
    let workspace = try workspace(WebhookRefusalTests.good)
    let check = try await workspace.run(["check"] + arguments)
    #expect(check.status == Exit.usage)
    #expect(check.standardError.contains("--connect"), "\(check.standardError)")
  }

  /// A server's endpoints, and the real server of the test as the drop.
  private func workspace(
    _ receiver: HTTPReceiver, _ paths: [(name: String, path: String)]
  ) async throws -> Workspace {
    let workspace = try await Workspace(OpenSSHServer.current)
    try workspace.removeContract("comptoir-nantes")
    let secret = try workspace.secret("shop", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    let text = try String(contentsOfFile: workspace.configuration, encoding: .utf8)
    let endpoints = paths.map { name, path in
      """
        - name: \(name)
          url: \(receiver.url(path))
          secret: \(secret)
          allow-networks: 127.0.0.0/8

      """
    }
    try workspace.folder.write("colisd.yaml", text + "webhooks:\n" + endpoints.joined())
    return workspace
  }

  /// What stands in the body of a test message.
  private func expectTest(_ request: HTTPReceiver.Request?, of name: String) throws {
    let request = try #require(request)
    #expect(request.method == "POST")
    #expect(request.headers["webhook-signature"]?.hasPrefix("v1,") == true)
    let body = try JSONValue(String(decoding: request.body, as: UTF8.self))
    #expect(body.type == "webhook.test" && body.data.endpoint == .string(name), "\(body)")
  }

  @Test func nothingIsSentUnasked() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let workspace = try await workspace(receiver, [("shop", "/ok/hunter2")])
      let check = try await workspace.run("check", "--connect")
      #expect(check.status == Exit.done, "\(check.standardOutput)")
      #expect(check.standardOutput.contains("ok     webhooks: note: nothing was sent; --webhooks"))
      #expect(receiver.connections == 0)
    }
  }

  @Test func eachEndpointIsSentATestMessageWhereThatIsWanted() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let workspace = try await workspace(
        receiver, [("broken", "/status/500"), ("shop", "/ok/hunter2")])
      let check = try await workspace.run("check", "--connect", "--webhooks")
      #expect(check.status == Exit.unreachable, "\(check.standardOutput)")
      let server = "http://127.0.0.1:\(receiver.port)"
      let taken = check.lines.filter { $0.hasPrefix("ok     webhook shop: \(server) took the ") }
      #expect(taken.first?.contains("with status 200 in ") == true, "\(check.standardOutput)")
      let errors = check.lines.filter { $0.hasPrefix("error ") }
      #expect(errors.count == 1, "\(check.standardOutput)")
      for word in ["webhook broken: \(server) did not take", "status 500", "begins with \"ok\""] {
        #expect(errors.first?.contains(word) == true, "\(word): \(errors)")
      }
      #expect(!check.standardOutput.contains("hunter2"))
      let requests = receiver.requests
      #expect(requests.map(\.path) == ["/status/500", "/ok/hunter2"])
      try expectTest(requests.last, of: "shop")
    }
  }

  @Test func oneEndpointCanBeTriedOutByItsName() async throws {
    try await HTTPReceiver.withReceiver { receiver in
      let workspace = try await workspace(
        receiver, [("broken", "/status/404"), ("shop", "/ok/hunter2")])
      let taken = try await workspace.run("webhooks", "test", "shop")
      #expect(taken.status == Exit.done, "\(taken.standardError)")
      #expect(taken.lines.count == 1 && taken.standardOutput.contains("with status 200 in "))
      try expectTest(receiver.requests.first, of: "shop")

      let refused = try await workspace.run("webhooks", "test", "broken")
      #expect(refused.status == Exit.unreachable)
      #expect(refused.standardError.contains("webhook broken: "), "\(refused.standardError)")
      #expect(refused.standardError.contains("status 404"), "\(refused.standardError)")

      let unknown = try await workspace.run("webhooks", "test", "shp")
      #expect(unknown.status == Exit.notFound)
      #expect(unknown.standardError.contains("did you mean shop?"), "\(unknown.standardError)")
      for run in [taken, refused, unknown] {
        #expect(!(run.standardOutput + run.standardError).contains("hunter2"))
      }
    }
  }

  @Test func anEndpointThatIsAwayIsOutOfReach() async throws {
    let configured = try await HTTPReceiver.withReceiver { receiver in
      try await workspace(receiver, [("shop", "/ok/hunter2")])
    }
    let run = try await configured.run("webhooks", "test", "shop")
    #expect(run.status == Exit.unreachable)
    for word in ["webhook shop: http://127.0.0.1:", "did not take", "refused"] {
      #expect(run.standardError.contains(word), "\(run.standardError)")
    }
    #expect(!run.standardError.contains("hunter2"))
  }
}
