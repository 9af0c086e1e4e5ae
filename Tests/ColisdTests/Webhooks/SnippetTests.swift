import Foundation
import TestSupport
import Testing

/// What others verify requests with: the snippets of `docs/webhooks.md`, and a library of Standard Webhooks.
@Suite(.openSSH()) struct SnippetTests {
  private static let parcels = 8
  private static var rows: [TrackingRow] { .fresh(parcels: parcels, steps: 2) }

  /// How a snippet is run as a server.
  struct Language: Sendable, CustomTestStringConvertible {
    /// As the document names it.
    let name: String
    let file: String
    let command: @Sendable (_ file: String, _ port: UInt16) -> [String]

    var testDescription: String { name }

    static let all = [
      Language(name: "php", file: "hook.php") {
        ["/usr/bin/php", "-n", "-S", "127.0.0.1:\($1)", $0]
      },
      Language(name: "python", file: "hook.py") { file, _ in ["/usr/bin/python3", file] },
      Language(name: "javascript", file: "hook.js") { file, _ in ["/usr/bin/node", file] },
    ]
  }

  /// The only block of a language in the document.
  private static func snippet(_ language: String) throws -> String {
    let text = try String(
      contentsOf: clone.appending(path: "docs/webhooks.md"), encoding: .utf8)
    let begin = try #require(text.firstRange(of: "\n```\(language)\n")?.upperBound)
    let rest = text[begin...]
    return String(try #require(rest.firstRange(of: "\n```").map { rest[..<$0.lowerBound] }))
  }

  @Test(arguments: Language.all)
  func aSnippetTakesWhatIsDeliveredAndRefusesWhatWasChanged(_ language: Language) async throws {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let folder = try TemporaryDirectory()
      let file = try folder.write(language.file, Self.snippet(language.name))
      func log() -> String {
        (try? String(contentsOfFile: folder.file("log"), encoding: .utf8)) ?? ""
      }
      let server = try await PortServer.start("the snippet", log: folder.file("log")) { port in
        let command = language.command(file, port)
        return try RunningProcess(
          command[0], Array(command.dropFirst()),
          environment: Program.environment(["WEBHOOK_SECRET": Shop.secret, "PORT": "\(port)"]),
          directory: folder.path, output: .file(folder.file("log")),
          error: .file(folder.file("log")))
      }
      defer { withExtendedLifetime(folder) { server.process.kill() } }

      let shop = try await Shop(OpenSSHServer.current, [(receiver, "/ok"), (receiver, "/own")]) {
        $0.webhooks[1]["url"] = "http://127.0.0.1:\(server.port)/"
      }
      let daemon = try await shop.start()
      try shop.put(Self.rows)
      let state = try await shop.waits(for: "the snippet has all", of: "second") {
        $0.delivered.integer == Self.rows.count
      }
      #expect(state.failures == 0, "\(log())")
      // Lines of two threads may stand in one.
      let taken = Set(log().matches(of: /msg_[0-9a-f]{32}/).map { String($0.output) })
      #expect(taken.count == Self.rows.count, "\(log())")

      let delivery = try #require(try await receiver.waits(forTaken: Self.rows.count).first)
      let kept = KeptRequest(delivery.request)
      #expect(try await [kept].posted(to: server.port) == [204])
      let changed = kept.changed
      #expect(
        try await changed.posted(to: server.port) == Array(repeating: 401, count: changed.count),
        "\(log())")
      #expect(try await daemon.end() == Exit.done)
    }
  }

  /// What came to a receiver of a daemon.
  private func recorded(
    _ change: (inout Settings) -> Void = { _ in }
  ) async throws -> [KeptRequest] {
    try await HTTPReceiver.withReceiver(.good) { receiver in
      let shop = try await Shop(OpenSSHServer.current, receiver, "/ok", change)
      let daemon = try await shop.start()
      try shop.put(Self.rows)
      let all = try await receiver.waits(forTaken: Self.rows.count)
      #expect(try await daemon.end() == Exit.done)
      return all.map { KeptRequest($0.request) }
    }
  }

  @Test func theSnippetOfTheShellTakesWhatIsDeliveredAndRefusesWhatWasChanged() async throws {
    let folder = try TemporaryDirectory()
    let script = try Self.snippet("sh")
    func status(_ request: KeptRequest) async throws -> Int32 {
      let environment = [
        "WEBHOOK_SECRET": Shop.secret, "BODY": try folder.write("body", request.body),
        "WEBHOOK_ID": request.headers["webhook-id"] ?? "",
        "WEBHOOK_TIMESTAMP": request.headers["webhook-timestamp"] ?? "",
        "WEBHOOK_SIGNATURE": request.headers["webhook-signature"] ?? "",
      ]
      return try await run(
        "/bin/sh", arguments: ["-c", script], environment: Program.environment(environment)
      ).status
    }
    let kept = try #require(try await recorded().first)
    #expect(try await status(kept) == 0)
    for changed in kept.changed { #expect(try await status(changed) == 1) }
  }

  @Test func aLibraryOfStandardWebhooksTakesAllAndRefusesWhatWasChanged() async throws {
    let all = try await recorded()
    #expect(try await all.verified() == all.map { _ in "parcel.event" })
    let changed = try #require(all.first).changed
    #expect(try await changed.verified().allSatisfy { $0.hasPrefix("refused: ") })
    // Whoever has another secret takes nothing.
    let other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    #expect(try await all.verified(by: other).allSatisfy { $0.hasPrefix("refused: ") })
  }
}
