import Foundation
import TestSupport
import Testing

/// What clients cost that are slow, wrong or many.
@Suite(.openSSH()) struct HostileClientTests {
  @Test func slowClientsAreClosed() async throws {
    let server = try OpenSSHServer.current
    // More than the kernel's buffers hold of one answer.
    try server.drop.write("a.csv", TrackingRow.samples(60_000).file())
    let answering = try await AnsweringDaemon(server)
    try await answering.expect(.hostile, "slow-clients-are-closed")
    try await answering.expect(
      .hostile, "a-long-answer-that-is-cut-off-does-not-look-whole",
      options: ["--pid", "\(answering.daemon.process.identifier)"])
    try await eventually("the daemon ends") { answering.daemon.process.hasEnded }
    #expect(answering.daemon.process.status == Exit.done, "\(answering.daemon.log)")
  }

  @Test func twoThousandConnectionsAtOnceAreBounded() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(
      .hostile, "connections-are-bounded",
      options: [
        "--unix", answering.socket, "--pid", "\(answering.daemon.process.identifier)",
      ])
    try await answering.end()
  }

  @Test func wrongRequestsAreRefused() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(
      .hostile, "heads-that-are-too-long-are-refused", "garbage-is-refused",
      "who-sends-no-request-is-sent-away", "nothing-is-waited-for-behind-the-last-answer",
      "who-offers-another-protocol-is-answered-by-this-one",
      "who-asks-late-behind-the-last-answer-is-let-go", "odd-paths-lead-nowhere",
      options: ["--pid", "\(answering.daemon.process.identifier)"])
    try await answering.end()
  }

  @Test func foreignHostNamesAreRefused() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(.hostile, "foreign-host-names-are-refused")
    try await answering.end()
  }

  @Test func nothingCanBeChanged() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(
      .hostile, "nothing-can-be-changed", "head-is-get-without-the-body")
    try await answering.end()
  }

  @Test func noBrowserStoresAPage() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(.hostile, "no-page-is-stored")
    try await answering.end()
  }

  @Test func soManyMayFollow() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(.hostile, "so-many-may-follow")
    try await answering.end()
  }

  @Test func onlyTheTokenIsLetIn() async throws {
    let answering = try await AnsweringDaemon.withSamples(
      OpenSSHServer.current, token: "a-Token-of-the-Tests-only-4711")
    try await answering.expect(
      .hostile, "only-the-token-is-let-in", "the-form-leads-to-this-server-alone",
      options: ["--unix", answering.socket])
    try await answering.end()
  }

  @Test func theEndTakesASecondWhileClientsHangOn() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    let output = answering.workspace.folder.file("followed")
    let followers = try Visitor.follow.start(
      [answering.url, "--clients", "20"], home: answering.workspace.folder.path, output: output)
    defer { followers.kill() }
    try await eventually(within: .seconds(30), "they follow") {
      (try? String(contentsOfFile: output, encoding: .utf8))?.contains("\"seq\"") == true
    }
    let time = try await answering.daemon.timeToEnd()
    // Half a second is the answers', the rest is the poll's in hand and a busy machine's. Clients could stay for half a
    // minute and longer.
    #expect(time < .seconds(10))
    #expect(answering.daemon.process.status == Exit.done, "\(answering.daemon.log)")
    try await eventually(within: .seconds(10), "their end") { followers.hasEnded }
    // A daemon that waits for them until its grace is over leaves it there.
    let isThere = FileManager.default.fileExists(atPath: answering.socket)
    #expect(!isThere, "the Unix socket stays behind")
  }
}
