import Foundation
import TestSupport
import Testing

/// `/api/v1`: docs/openapi.yaml says what it is, and the commands what it says.
@Suite(.openSSH()) struct APITests {
  @Test func answersAreAsTheirDescriptionSays() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(
      .api, "description-is-valid", "every-answer-is-as-described",
      "every-line-of-events-is-as-described",
      "a-kept-connection-is-answered-or-told-to-be-the-last", "pages-together-are-the-list",
      "filters-of-parcels-are-those-of-the-command", "numbers-may-have-postcode-and-blanks",
      "empty-values-are-as-if-they-were-not-given",
      "errors-are-problem-details")
    try await answering.end()
  }

  @Test func formsAndCachesGoByWhatTheClientSays() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(
      .api, "forms-of-an-answer-go-by-accept", "what-has-not-changed-is-not-sent-again",
      "answers-are-packed-on-request")
    try await answering.end()
  }

  @Test func generatedRequestsAreAnsweredAsDescribed() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(.api, "generated-requests-are-answered-as-described")
    try await answering.end()
  }

  @Test func theSameIsAnsweredWithAToken() async throws {
    let answering = try await AnsweringDaemon.withSamples(
      OpenSSHServer.current, token: "a-token-of-the-tests-only-4711")
    try await answering.expect(
      .api, "every-answer-is-as-described", "pages-together-are-the-list",
      "errors-are-problem-details")
    try await answering.end()
  }

  @Test func everyAnswerIsThatOfTheCommand() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    let asked: [(path: String, command: [String])] = [
      ("parcels", ["parcels"]), ("parcels?open=1", ["parcels", "--open"]),
      ("parcels/991122334455", ["parcel", "991122334455"]),
      ("parcels/994400120011", ["parcel", "994400120011"]),
      ("parcels/991122334455/explain", ["explain", "991122334455"]), ("files", ["files"]),
      ("held", ["held"]), ("held?rows=1", ["held", "--rows"]), ("rejects", ["rejects"]),
      ("contracts", ["contracts"]), ("contracts/dupont", ["contracts", "show", "dupont"]),
      ("webhooks", ["webhooks"]), ("webhooks/parked", ["webhooks", "parked"]),
    ]
    for (path, command) in asked {
      let answer = try await answering.get("/api/v1/\(path)")
      let result = try await answering.workspace.run(command + ["--json"])
      #expect(result.status == Exit.done, "\(result.standardError)")
      #expect(try answer == JSONValue(result.standardOutput), "\(path)")
    }
    // It polls meanwhile, so some of its times differ.
    let status = try await answering.get("/api/v1/status")
    let said = try await answering.workspace.json("status")
    #expect(status.keys == said.keys)
    #expect(status.events == said.events)
    #expect(status.feeds == said.feeds)
    #expect(try await answering.get("/api/v1/unmapped") == said.unmapped_codes)
    try await answering.end()
  }

  @Test func aFollowerSeesWhatComes() async throws {
    let server = try OpenSSHServer.current
    try server.drop.write("a.csv", [TrackingRow(parcel: 1, step: 0)].file())
    let answering = try await AnsweringDaemon(server)
    let output = answering.workspace.folder.file("followed")
    let follower = try Visitor.follow.start(
      [answering.url, "--after", "0"], home: answering.workspace.folder.path, output: output)
    defer { follower.kill() }
    func hasSeen(_ parcel: String) -> Bool {
      (try? String(contentsOfFile: output, encoding: .utf8))?.contains("\"\(parcel)\"") == true
    }
    try await eventually(within: .seconds(30), "what there is") { hasSeen("990000000001") }
    // Whole at once: it is taken as soon as it is seen.
    let new = try answering.workspace.folder.write(
      "new.csv", [TrackingRow(parcel: 2, step: 0)].file())
    try FileManager.default.moveItem(atPath: new, toPath: server.drop.file("b.csv"))
    try await eventually(within: .seconds(30), "what comes") { hasSeen("990000000002") }
    try await answering.end()
    try await eventually(within: .seconds(10), "the follower's end") { follower.hasEnded }
  }
}
