import Dispatch

/// Sends requests by libcurl over connections that it keeps: one after another by HTTP/1.1, many at a time by HTTP/2.
/// One thread drives all of them, so that a thousand requests under way need no thousand threads. Nothing is followed:
/// a redirection is an answer.
///
///     let session = HTTPSession()
///     let answer = try await session.send(HTTPRequest("https://example.net/", timeout: .seconds(10)))
///
/// Requests of a session share its connections, its memory of names and the certificates that it trusts, and each has
/// its own timeouts and its own check of addresses.
public final class HTTPSession: Sendable {
  public struct Settings: Sendable {
    /// So many connections to a host at most; a request beyond that waits for one.
    public var connectionsPerHost = 16
    /// A file of certificates (PEM) that are trusted beside the system's; nil: only the system's.
    public var caFile: String?
    /// Whether requests go by the proxies of the environment (`https_proxy`, `http_proxy`, `no_proxy`). If not, they go
    /// by none: the environment of a service is nobody's intention. What a proxy means to a check of addresses is said
    /// at `HTTPRequest.AddressCheck`; a request without TLS that has such a check goes by none.
    public var usesProxies = false

    public init() {}
  }

  /// For requests now and then, which need nothing of their own.
  public static let shared = HTTPSession()

  private let mailbox: SessionMailbox

  public init(_ settings: Settings = Settings()) {
    let mailbox = SessionMailbox(settings)
    self.mailbox = mailbox
    // A queue of its own is a thread of its own for what never ends, and Dispatch has blocked the signals in it.
    guard let multi = mailbox.multi else { return }
    DispatchQueue(label: "http.session").async { SessionLoop(mailbox, multi).run() }
  }

  /// Its connections are closed when the last request is over.
  deinit { mailbox.close() }

  /// Cancelling the task breaks the request off.
  /// - Throws: `HTTPFault` if there is no answer; every status is an answer.
  public func send(_ request: HTTPRequest) async throws(HTTPFault) -> HTTPResponse {
    try request.checkLines()
    guard mailbox.multi != nil else { throw .noMemory(request) }
    let number = mailbox.nextNumber()
    let result: Result<HTTPResponse, HTTPFault> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        mailbox.post(.send(number, request, continuation))
        // The handler may have run before there was anything to break off.
        if Task.isCancelled { mailbox.post(.cancel(number)) }
      }
    } onCancel: {
      mailbox.post(.cancel(number))
    }
    return try result.get()
  }
}
