/// What a store remembers of an endpoint of webhooks: how far it has got. What does not fit into one number are its open
/// deliveries.
public struct EndpointRecord: Sendable, Hashable {
  public let name: String
  /// Up to this `seq` each entry of the journal was delivered, was not wanted, or is an open delivery.
  public var position: Int64
  /// When the store heard of the endpoint first: seconds since 1970.
  public let since: Int64
  /// When it last had all that there was; of one that is replayed, when that was asked for: seconds since 1970. What came
  /// since may wait for it for any time without being too old.
  public var caughtUpAt: Int64
  /// Since when it is asked no more, as it answered that it is gone (410); nil: it is asked.
  public var stoppedAt: Int64?
  /// Nil: its last answer was a good one, or there was none yet.
  public var outage: EndpointOutage?
  /// How many entries were delivered, and how many tries failed, since the store knows it.
  public var delivered: Int64 = 0
  public var failures: Int64 = 0
  /// Seconds since 1970.
  public var lastDelivery: Int64?
  /// Grows with each one who begins to deliver, and with each change by a command: see `DeliveryWriter`.
  public var epoch: Int64 = 0

  public init(name: String, position: Int64, since: Int64) {
    self.name = name
    self.position = position
    self.since = since
    caughtUpAt = since
  }
}

/// An endpoint that does not take what it is sent: it is asked once a step, whatever waits.
public struct EndpointOutage: Sendable, Hashable {
  /// When the first of these tries failed: seconds since 1970.
  public var since: Int64
  /// How many tries have failed since.
  public var tries: Int
  /// When it is asked next: seconds since 1970.
  public var nextAt: Int64
  /// What the last try met, without the answer's text: that stands at the delivery alone, so that it goes when the
  /// parcel's recipient is erased.
  public var fault: DeliveryFault { didSet { fault.answer = nil } }

  public init(since: Int64, tries: Int, nextAt: Int64, fault: DeliveryFault) {
    self.since = since
    self.tries = tries
    self.nextAt = nextAt
    self.fault = DeliveryFault(status: fault.status, reason: fault.reason)
  }
}

/// Why a try was not taken.
public struct DeliveryFault: Sendable, Hashable {
  /// The status of the answer; nil: there was none.
  public var status: Int?
  /// In words of ours: nothing of the answer, in which the recipient's data may stand.
  public var reason: String
  /// The beginning of the answer's body, at most `longestAnswer` bytes; nil: there was none, or it was erased. Stores
  /// take no NUL in a text, so `␀` stands for one.
  public var answer: String?

  /// Of an answer so much is kept: bytes.
  public static let longestAnswer = 1_024

  public init(status: Int? = nil, reason: String, answer: String? = nil) {
    self.status = status
    self.reason = reason
    self.answer = answer.map { text in
      text.utf8.contains(0) ? String(text.map { $0 == "\0" ? "\u{2400}" : $0 }) : text
    }
  }
}
