import Foundation

/// A server of HTTP/2 that answers each request with a 204, and gives connections up in one way or another; see
/// `http2_receiver.js`.
public struct HTTP2Receiver: Sendable {
  public enum Manner: String, CaseIterable, Sendable {
    /// It leaves that to Node, which does not bear with clients that reset many streams.
    case never
    /// It says first that it takes no more.
    case politely
    /// In the middle of requests.
    case rudely
  }

  public let url: String
  public let certificate: TestCertificate

  private static let script = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "http2_receiver.js").path

  /// Runs a server for the time of the body.
  public static func withReceiver<R>(
    givingUp manner: Manner, isolation: isolated (any Actor)? = #isolation,
    _ body: (HTTP2Receiver) async throws -> R
  ) async throws -> R {
    let scratch = try TemporaryDirectory()
    let certificate = try await TestCertificate.make()
    // The script ends when its standard input does: also when the test dies.
    let life = Pipe.lifeline()
    let child = try RunningProcess(
      "/usr/bin/node", [script, certificate.certificate, certificate.key, manner.rawValue],
      input: .descriptor(life.fileHandleForReading.fileDescriptor),
      output: .file(scratch.file("output")), error: .file(scratch.file("error")))
    defer { withExtendedLifetime(life) { child.kill() } }
    func text(_ name: String) -> String {
      (try? String(contentsOfFile: scratch.file(name), encoding: .utf8)) ?? ""
    }
    try await eventually("the receiver listens") {
      text("output").hasSuffix("\n") || child.hasEnded
    }
    guard let port = UInt16(text("output").dropLast()) else {
      throw TestSupportError("the receiver did not start: \(text("error"))")
    }
    return try await body(
      HTTP2Receiver(url: "https://localhost:\(port)/", certificate: certificate))
  }
}
