import Carrier
import ParcelStore

/// Whether the daemon does what it is for: whether the store can be read, and the drops were listed lately. What an endpoint
/// of webhooks does not take is said, and is no fault of the daemon.
public struct Readiness: Sendable {
  /// Why it does not, one sentence each.
  public private(set) var faults: [String] = []
  /// What somebody should look at, and that leaves it ready.
  public private(set) var notes: [String] = []
  /// How many processes share the work; nil: in a store like this only one polls.
  public var workers: Int?

  /// - Parameters:
  ///   - sources: with how old the last good poll of each may be: seconds.
  ///   - now: seconds since 1970.
  public init(
    _ sources: [(state: SourceState, longest: Int64)], webhooks: [WebhookState] = [], now: Int64
  ) {
    for (source, longest) in sources {
      let name = "source \(source.name) (\(source.host))"
      let errors = [source.error, source.storeError].compactMap { $0 }
      let last = errors.isEmpty ? "" : "; the last error: " + errors.joined(separator: "; ")
      guard let success = source.lastSuccess else {
        faults.append("\(name) was never listed\(last)")
        continue
      }
      // Where the clock was set back no poll is too old.
      let age = max(0, now - success)
      guard age > longest else { continue }
      faults.append(
        "\(name) was listed last \(spokenAge(age)) ago, and \(spokenAge(longest)) are allowed\(last)"
      )
    }
    notes = webhooks.compactMap { Self.note($0, now: now) }
  }

  /// - Parameter fault: why nothing is known.
  public init(fault: String) { faults = [fault] }

  public var isReady: Bool { faults.isEmpty }

  /// Why it is not ready; where it is, the notes.
  public var reasons: [String] { isReady ? notes : faults }

  public var json: JSON {
    .object([
      ("ready", .bool(isReady)), ("reasons", .array(reasons.map { .string($0) })),
      ("notes", .array(notes.map { .string($0) })), ("workers", JSON(workers)),
    ])
  }

  /// Of an endpoint that is stopped, or late; nil: it is neither, or is configured no more.
  private static func note(_ webhook: WebhookState, now: Int64) -> String? {
    guard let server = webhook.server else { return nil }
    let name = "webhook \(webhook.name) (\(server))"
    if let stopped = webhook.record?.stoppedAt {
      return "\(name) was stopped \(spokenAge(max(0, now - stopped))) ago, as it answered with 410"
    }
    guard webhook.isLate, let since = webhook.pendingSince else { return nil }
    let outage = webhook.record?.outage.map { "; the last try: \($0.fault.reason)" }
    let refusal = webhook.refused?.fault.map {
      "; what it has refused is tried again: \($0.reason)"
    }
    return "\(name) has waited for \(spokenAge(now - since))\(outage ?? refusal ?? "")"
  }
}
