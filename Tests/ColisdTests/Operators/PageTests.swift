import Foundation
import TestSupport
import Testing

/// The operators' pages in a real browser, over the samples.
@Suite(.openSSH()) struct PageTests {
  @Test func supportStaffFindAParcel() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(
      .pages, "search-finds-by-number-order-and-postcode", "filters-are-in-the-address",
      "history-goes-back-and-forward")
    try await answering.end()
  }

  @Test func theOverviewLeadsToWhatItNames() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(.pages, "overview-leads-to-what-it-names")
    try await answering.end()
  }

  @Test func pagesComeInFrenchAndInEnglish() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(
      .pages, "language-is-the-browsers-or-the-one-asked-for", "what-is-wrong-is-said-in-french")
    try await answering.end()
  }

  @Test func theyNeedNeitherAMouseNorEyes() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(
      .pages, "keyboard-is-enough", "structure-is-told-to-screen-readers")
    try await answering.end()
  }

  @Test func axeFindsNothingOnAnyPage() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(.pages, "axe-finds-nothing")
    try await answering.end()
  }

  @Test func theyNeedNoScriptAndForbidAny() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(
      .pages, "without-scripts-it-is-the-same", "every-answer-forbids-scripts-and-frames")
    try await answering.end()
  }

  @Test func whatIsAskedForIsShownAsText() async throws {
    let answering = try await AnsweringDaemon.withSamples(OpenSSHServer.current)
    try await answering.expect(.pages, "words-of-others-are-words")
    try await answering.end()
  }
}
