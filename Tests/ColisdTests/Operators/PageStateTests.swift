import Foundation
import TestSupport
import Testing

/// The operators' pages in a real browser when not all is as it should be.
@Suite(.openSSH()) struct PageStateTests {
  @Test func rowsOfOthersAreShownAsText() async throws {
    let server = try OpenSSHServer.current
    let number = "991122334455"
    let words = [
      "<script>alert('label')</script>", "\"><img src=x onerror=alert('label')>",
      "\u{202e}a mark that turns what follows \u{2067}and another",
      String(repeating: "W", count: 2_000),
      "{{number}} {{{raw}}} <!-- ' & &amp;", "javascript:alert(1)",
    ]
    func quoted(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\""))\"" }
    var lines = words.enumerated().map { index, text in
      "E1;EM180619;\(number);\(quoted(text));\(quoted("Z\(index)<b>"));\(quoted(text));"
        + "2\(index)/08/2026 10:00:00;\(quoted("<i>\(index)"));\(quoted("75012\"><svg onload=alert(2)>"));FR"
    }
    // What is no number is rejected, what is no account of ours is held.
    lines += [
      "E1;EM180619;<script>alert('number')</script>;CMD-1;EXP;x;24/08/2026;75A;75012;FR",
      "C7;<b>EM99;991122334462;\(quoted(words[1]));EXP;\(quoted(words[0]));24/08/2026;75A;75012;FR",
      words[3] + words[3] + ";" + words[1],
    ]
    let text = ([TrackingRow.header] + lines).map { $0 + "\n" }.joined()
    try server.drop.write("\"><img src=x onerror=alert('name')>.csv", text)
    let answering = try await AnsweringDaemon(server)
    #expect(
      try await answering.get("/api/v1/parcels/\(number)").events.elements.count == words.count)
    try await answering.expect(
      .states, "rows-of-others-are-words", options: ["--number", number])
    try await answering.end()
  }

  @Test func tenThousandRejectsAreReadPageByPage() async throws {
    let server = try OpenSSHServer.current
    let good = TrackingRow.samples(10).text()
    let bad = (0..<10_000).map { "E1;EM180619;too few;\($0)\n" }.joined()
    try server.drop.write("a.csv", good + bad)
    let answering = try await AnsweringDaemon(server)
    #expect(try await answering.get("/api/v1/status").rejected == 10_000)
    try await answering.expect(
      .states, "every-reject-can-be-reached", options: ["--rejects", "10000"])
    try await answering.end()
  }

  @Test func aServerThatIsDownIsTheFirstWordOfTheOverview() async throws {
    let server = try OpenSSHServer.current
    let answering = try await AnsweringDaemon.withSamples(server)
    server.kill()
    try await answering.expect(.states, "a-server-that-is-down-is-the-first-word")
    try await answering.end()
  }

  @Test func anEndpointThatFailsIsNamed() async throws {
    let folder = try TemporaryDirectory()
    defer { withExtendedLifetime(folder) {} }
    let secret = try folder.write("shop.webhook", "whsec_dGhpcyBpcyBhIHNlY3JldCBvZiB0ZXN0cw==\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
    let port = try closedPort()
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current) { settings in
      settings.webhooks = [
        [
          "name": "shop", "url": "\"http://127.0.0.1:\(port)/hook\"",
          "secret": "{ file: \"\(secret)\" }", "allow-networks": "[\"127.0.0.0/8\"]",
          "max-age": "10000d",
        ]
      ]
    }
    try await eventually(within: .seconds(60), "the endpoint fails") {
      try await answering.get("/api/v1/webhooks").elements.first?.state.string == "failing"
    }
    try await answering.expect(.states, "an-endpoint-that-fails-is-named")
    try await answering.expect(.api, "every-answer-is-as-described")
    try await answering.end()
  }

  @Test func anEmptyStoreSaysWhatToDo() async throws {
    let answering = try await AnsweringDaemon(OpenSSHServer.current)
    try await answering.expect(.states, "an-empty-store-says-what-to-do")
    try await answering.end()
  }

  @Test func theTokenIsAskedForOnce() async throws {
    let answering = try await AnsweringDaemon.withSamples(
      OpenSSHServer.current, token: "a-token-of-the-tests-only-4711")
    try await answering.expect(.states, "the-token-is-asked-for-once")
    try await answering.end()
  }
}
