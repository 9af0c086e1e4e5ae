import Glibc
import Synchronization

/// `getaddrinfo` with a deadline. As the function has none itself, it runs on a thread of its own; if it takes too
/// long, nobody waits for that thread, and it ends later by itself.
enum NameLookup {
  enum Failure: Error {
    case notFound(String)
    case noResources(Int32)
    case timedOut
    case interrupted
  }

  private final class Answer: Sendable {
    let result = Mutex<Result<[SocketAddress], Failure>?>(nil)
    let done = Interrupt()
  }

  static func addresses(
    of host: String, port: UInt16, until deadline: ContinuousClock.Instant, interrupt: Interrupt
  ) throws(Failure) -> [SocketAddress] {
    // A numeric address needs no resolver and no thread.
    if let numeric = try? resolve(host, port, flags: AI_NUMERICHOST) { return numeric }
    let answer = Answer()
    let code = DetachedThread.start(named: "ssh-lookup") {
      let result = Result { () throws(Failure) in try resolve(host, port, flags: AI_ADDRCONFIG) }
      answer.result.withLock { $0 = result }
      answer.done.fire()
    }
    guard code == 0 else { throw .noResources(code) }
    // If there was no descriptor for the interrupt, look for the answer every 20 ms.
    let isSilent = answer.done.descriptor < 0
    waiting: while true {
      let slice = isSilent ? min(deadline, .now + .milliseconds(20)) : deadline
      switch waitFor(
        Int16(POLLIN), on: answer.done.descriptor, until: slice, interrupt: interrupt)
      {
      case .woken: throw .interrupted
      case .ready: break waiting
      case .timedOut:
        if answer.done.isRung { break waiting }
        if deadline <= .now { throw .timedOut }
      }
    }
    guard let result = answer.result.withLock({ $0 }) else { throw .timedOut }
    return try result.get()
  }

  private static func resolve(
    _ host: String, _ port: UInt16, flags: Int32
  ) throws(Failure) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = flags | AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    let systemCode = errno
    guard code == 0 else {
      if code == EAI_MEMORY { throw .noResources(ENOMEM) }
      if code == EAI_SYSTEM, SSHError.isLack(systemCode) { throw .noResources(systemCode) }
      throw .notFound(
        code == EAI_SYSTEM ? systemMessage(systemCode) : String(cString: gai_strerror(code)))
    }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var next = list
    while let entry = next?.pointee {
      if let address = entry.ai_addr {
        addresses.append(
          SocketAddress(
            family: entry.ai_family,
            bytes: Array(UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen)))))
      }
      next = entry.ai_next
    }
    guard !addresses.isEmpty else { throw .notFound("the name has no address") }
    return addresses
  }
}
