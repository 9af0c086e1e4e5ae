import HTTPClient

/// Why the daemon gave no answer over its socket, or refused to.
struct DaemonSocketFault: Error, CustomStringConvertible {
  let description: String
  let status: ExitStatus

  init(_ description: String, _ status: ExitStatus) {
    self.description = description
    self.status = status
  }

  init(_ fault: HTTPFault) {
    switch fault.kind {
    case .denied:
      self.init(
        "this user may neither read the store nor ask the daemon at \(fault.server): join the group of the socket (sudo adduser NAME colisd, and log in again), or ask with sudo",
        .refused)
    case .unreachable:
      self.init(
        "this user may not read the store, and the daemon does not answer at \(fault): start colisd, or ask with sudo",
        .unreachable)
    case .timedOut, .forbiddenAddress, .untrusted, .badAnswer, .badRequest, .cancelled:
      self.init("the daemon did not answer at \(fault); try again, or ask with sudo", .unreachable)
    }
  }
}
