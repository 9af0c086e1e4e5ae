import CLibCurl
import Dispatch
import Synchronization

/// Sends requests of a command: to a Unix socket, or with an answer that is handed on piece by piece.
///
///     let answer = try await HTTPClient().send(HTTPRequest("https://example.net/", timeout: .seconds(10)))
public struct HTTPClient: Sendable {
  /// libcurl waits in its calls, so these are not made on a thread of the cooperative pool.
  private static let queue = DispatchQueue(label: "http", attributes: .concurrent)

  /// The longest body that is kept: bytes. A longer one is an error.
  public var longestBody = 1 << 20

  public init() {}

  /// Takes a piece of an answer's body. It is called on a thread of its own.
  /// - Returns: false to break the request off.
  public typealias TakePiece = @Sendable (_ status: Int, UnsafeRawBufferPointer) -> Bool

  /// - Parameter take: gets the body of the answer piece by piece; nil: it is kept.
  /// - Throws: `HTTPFault` if there is no answer; every status is an answer.
  public func send(
    _ request: HTTPRequest, take: TakePiece? = nil
  ) async throws(HTTPFault) -> HTTPResponse {
    if let take { return try await stream(request, take) }
    var request = request
    (request.keptBody, request.longestBody) = (longestBody, longestBody)
    let answer = try await HTTPSession.shared.send(request)
    guard !answer.isCutOff else {
      throw HTTPFault(
        .badAnswer, request, "the answer is longer than \(longestBody) bytes",
        status: answer.status)
    }
    return answer
  }

  /// Who takes the pieces may wait, as for a reader of standard output. On the session's thread all other requests
  /// would wait as well, so these have a thread and a connection each.
  private func stream(
    _ request: HTTPRequest, _ take: @escaping TakePiece
  ) async throws(HTTPFault) -> HTTPResponse {
    try request.checkLines()
    let cancellation = Cancellation()
    let result: Result<HTTPResponse, HTTPFault> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        Self.queue.async {
          continuation.resume(returning: Self.perform(request, take, cancellation))
        }
      }
    } onCancel: {
      cancellation.isWanted.store(true, ordering: .relaxed)
    }
    return try result.get()
  }

  /// Waits for the whole answer.
  private static func perform(
    _ request: HTTPRequest, _ take: @escaping TakePiece, _ cancellation: Cancellation
  ) -> Result<HTTPResponse, HTTPFault> {
    guard let easy = EasyHandle() else { return .failure(.noMemory(request)) }
    let transfer = Transfer(request, on: easy, take: take)
    transfer.prepare(HTTPSession.Settings())
    let context = Unmanaged.passUnretained(cancellation).toOpaque()
    _ = colisd_curl_set_progress(easy.handle, Cancellation.look, context)
    let code = withExtendedLifetime((transfer, cancellation)) { curl_easy_perform(easy.handle) }
    if code != CURLE_OK, cancellation.isWanted.load(ordering: .relaxed) {
      return .failure(.cancelled(request))
    }
    return transfer.result(code)
  }
}

/// Whether a request is to be broken off, about which libcurl asks now and then.
private final class Cancellation: Sendable {
  let isWanted = Atomic(false)

  static let look: colisd_curl_progress = { context, _, _, _, _ in
    guard let context else { return 0 }
    let cancellation = Unmanaged<Cancellation>.fromOpaque(context).takeUnretainedValue()
    return cancellation.isWanted.load(ordering: .relaxed) ? 1 : 0
  }
}
