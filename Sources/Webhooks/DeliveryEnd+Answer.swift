import Carrier
import HTTPClient
import ParcelStore

/// What an answer, or its absence, means for what is sent next.
extension DeliveryQueue.End {
  /// - Parameter now: seconds since 1970.
  init(_ answer: HTTPResponse, at now: Int64) {
    let text = String(decoding: answer.body, as: UTF8.self)
    let fault = DeliveryFault(
      status: answer.status, reason: Self.reason(answer.status),
      answer: text.isEmpty ? nil : text)
    let asked = answer[header: "retry-after"].flatMap { RetryAfter($0, at: now) }
    let delay = asked?.wait.wholeSeconds
    switch answer.status {
    case 200..<300: self = .taken
    case 410: self = .gone(fault)
    // What it says of one entry it would say of each: it is somewhere else, nobody may in, or it has no time now.
    case 300..<400, 401, 403, 404, 405, 407, 408, 421, 425, 429, 502, 503, 504:
      self = .unavailable(fault, delay: delay)
    default: self = .refused(fault, delay: delay)
    }
  }

  init(_ fault: HTTPFault) {
    if fault.kind == .cancelled {
      self = .broken
    } else {
      let advice = fault.kind == .forbiddenAddress ? "; allow-networks can allow it" : ""
      self = .unavailable(
        DeliveryFault(status: fault.status, reason: fault.reason + advice), delay: nil)
    }
  }

  private static func reason(_ status: Int) -> String {
    let answered = "it answered with status \(status)"
    return switch status {
    case 300..<400: answered + ", and no redirection is followed: write the final URL"
    case 401, 403: answered + ": it does not let us in, or does not take the signature"
    case 404, 405: answered + ": there is nobody at this URL who takes webhooks"
    case 410: answered + ": it wants no more"
    default: answered
    }
  }

  /// What was met; nil: it was taken, or nobody knows.
  var fault: DeliveryFault? {
    switch self {
    case .unavailable(let fault, _), .refused(let fault, _), .gone(let fault): fault
    case .taken, .broken, .pruned: nil
    }
  }

  /// Why it was not taken; nil: it was.
  var reason: String? {
    switch self {
    case .taken, .pruned: nil
    case .broken: "it was broken off"
    default: fault?.reason
    }
  }
}
