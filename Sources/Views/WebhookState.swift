import ParcelStore

/// An endpoint of webhooks: how far it has got, and what it has not taken.
public struct WebhookState: Sendable {
  public let name: String
  /// Scheme, host and port: the rest of the URL may be a secret. Nil: it is configured no more.
  public var server: String?
  /// Nil: nobody has begun to deliver to it.
  public var record: EndpointRecord?
  /// The last `seq` of the journal.
  public var lastSeq: Int64 = 0
  public var counts = OpenDeliveryCounts()
  /// Since when the oldest entry waits that it has not got and that is not parked: seconds since 1970; nil: none does.
  public var pendingSince: Int64?
  /// The same of what comes after the position alone.
  public var behindSince: Int64?
  /// The first ones that it has not taken and that are tried again, in the order of `seq`.
  public var waiting: [OpenDelivery] = []
  /// The first ones that are parked, in the order of `seq`.
  public var parked: [OpenDelivery] = []
  /// When all this was so: seconds since 1970.
  public var readAt: Int64 = 0

  public init(name: String, server: String?) {
    self.name = name
    self.server = server
  }

  /// What is done for an endpoint.
  public enum Phase: String, Sendable, CaseIterable {
    /// Nobody has begun to deliver to it.
    case new
    case delivering
    /// It does not take what it is sent.
    case failing
    /// It has answered that it wants no more (410).
    case stopped
    /// It is in the configuration no more.
    case unconfigured
  }

  public var phase: Phase {
    guard server != nil else { return .unconfigured }
    guard let record else { return .new }
    if record.stoppedAt != nil { return .stopped }
    return record.outage == nil ? .delivering : .failing
  }

  /// Entries of the journal that were not looked at for it yet. Not all of them need be for it.
  public var behind: Int64 { max(0, lastSeq - (record?.position ?? lastSeq)) }

  /// What waits longer than this is late: seconds.
  public static let longestWait: Int64 = 3_600

  /// Whether somebody should look why it has not got what is there.
  public var isLate: Bool { phase != .unconfigured && isLate(since: pendingSince) }

  /// Whether something is late that it has not refused.
  public var isSlow: Bool {
    phase == .delivering && isLate && (refused == nil || isLate(since: behindSince))
  }

  private func isLate(since instant: Int64?) -> Bool {
    instant.map { readAt - $0 > Self.longestWait } ?? false
  }

  /// The first that it has refused and that is tried again; nil: there is none, or nothing is tried now but whether it
  /// takes anything.
  public var refused: OpenDelivery? {
    // What met an outage counts as no try of its own.
    phase == .delivering ? waiting.first { $0.fault != nil && $0.tries > 0 } : nil
  }
}

extension WebhookState {
  /// What is wrong, each in a sentence with what to do; none where nothing is, or where nobody is to deliver to it.
  public var faults: [String] {
    guard phase != .unconfigured else { return [] }
    return [stop, outage, lateness, parking].compactMap { $0 }
  }

  private var stop: String? {
    guard phase == .stopped, let stoppedAt = record?.stoppedAt else { return nil }
    return "stopped since \(TextForm.time(stoppedAt)), as it answered 410 (it wants no more); "
      + "colisd webhooks resume \(name) asks it again"
  }

  private var outage: String? {
    guard phase == .failing, let outage = record?.outage else { return nil }
    let tries = outage.tries == 1 ? "1 try" : "\(outage.tries) tries"
    return "asked again at \(TextForm.time(outage.nextAt)): \(outage.fault.reason) "
      + "(\(tries) since \(TextForm.time(outage.since))); colisd webhooks resume \(name) asks it now"
  }

  private var lateness: String? {
    guard isLate, let pendingSince else { return nil }
    let wait = "late: the oldest entry has waited since \(TextForm.time(pendingSince))"
    let refusal = refusal.map {
      "\($0); once the cause is mended, colisd webhooks resume \(name) tries at once"
    }
    // What keeps one in an outage from taking anything is said already.
    return [wait, refusal, slowness].compactMap { $0 }.joined(separator: "; ")
  }

  private var slowness: String? {
    guard isSlow else { return nil }
    let cause = "if colisd runs, it answers slowly, or rate: in the configuration is too low"
    guard refused != nil, let behindSince else { return cause }
    return "what was not tried yet has waited since \(TextForm.time(behindSince)): \(cause)"
  }

  private var parking: String? {
    guard counts.parked > 0 else { return nil }
    return "\(groupedNumber(counts.parked)) parked; once the cause is mended, "
      + "colisd webhooks replay \(name) --parked sends them again"
  }

  /// What is no fault and has to be known nevertheless; nil: nothing.
  public var note: String? {
    switch phase {
    case .new:
      "nothing was delivered yet: it begins with what comes once colisd runs with it; "
        + "colisd webhooks replay \(name) --from 1 gives it what is there and not too old (max-age)"
    case .unconfigured:
      "not in webhooks: of the configuration any more, so nobody delivers to it"
    // Of one that is late it is the cause, and said as a fault.
    case .delivering: isLate ? nil : refusal
    // Why nothing goes out is said, and none of them has its turn before that is over.
    case .failing, .stopped: nil
    }
  }

  private var refusal: String? {
    guard let first = refused, let fault = first.fault else { return nil }
    let count = counts.waiting == 1 ? "1 waits" : "\(groupedNumber(counts.waiting)) wait"
    let next =
      first.nextTry.map { "again at \(TextForm.time($0))" } ?? "after an earlier one of its parcel"
    return "\(count) for a try; the first that was refused: \(first.parcel), seq \(first.seq), "
      + "\(next): \(fault.reason)"
  }
}
