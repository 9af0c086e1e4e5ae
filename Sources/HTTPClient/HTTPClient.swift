import CLibCurl
import Dispatch
import Synchronization

/// Sends requests, one connection each, by libcurl. Nothing is followed: a redirection is an answer.
///
///     let answer = try await HTTPClient().send(HTTPRequest("https://example.net/", timeout: .seconds(10)))
public struct HTTPClient: Sendable {
  /// libcurl's own state of the process.
  private static let isPrepared = colisd_curl_global_init() == CURLE_OK
  /// libcurl waits in its calls, so these are not made on a thread of the cooperative pool.
  private static let queue = DispatchQueue(label: "http", attributes: .concurrent)

  /// The longest body that is kept: bytes.
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
    _ = Self.isPrepared
    let transfer = Transfer(request, longestBody: longestBody, take: take)
    let result: Result<HTTPResponse, HTTPFault> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        Self.queue.async { continuation.resume(returning: transfer.perform()) }
      }
    } onCancel: {
      transfer.cancel()
    }
    return try result.get()
  }
}
