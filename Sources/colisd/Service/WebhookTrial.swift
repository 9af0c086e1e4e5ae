import HTTPClient
import ParcelStore
import Views
import Webhooks

/// A test message to an endpoint, which is about no parcel: `colisd webhooks test` and `check --connect --webhooks`.
enum WebhookTrial {
  /// Sends it to the endpoint.
  /// - Returns: a sentence for operators.
  /// - Throws: `UntakenTest`, or `Stopped`.
  static func run(_ endpoint: Endpoint, _ session: HTTPSession) async throws -> String {
    // The message has no number that somebody could take for one of a store.
    let sender = EndpointSender(endpoint, store: .random(), session: session)
    let test = try await withStopSignals { await sender.test(at: currentTime()) }
    if let reason = test.reason {
      throw UntakenTest(
        endpoint: endpoint.name, server: endpoint.server, reason: reason, answer: test.answer)
    }
    let status = test.status.map { "with status \($0) " } ?? ""
    return "\(endpoint.server) took the test message \(status)in \(test.milliseconds) ms"
  }
}

/// An endpoint did not take its test message.
struct UntakenTest: Error, CustomStringConvertible {
  let endpoint: String
  /// Scheme, host and port.
  let server: String
  let reason: String
  /// The beginning of what was answered; nil: nothing.
  let answer: String?

  var description: String {
    let sentence = "webhook \(endpoint): \(server) did not take the test message: \(reason)"
    let line = answer.flatMap { $0.split(whereSeparator: \.isNewline).first }
    guard let line else { return sentence }
    return sentence + "; its answer begins with \"\(singleLine(String(line.prefix(200))))\""
  }
}
