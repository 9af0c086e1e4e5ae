import CLibCurl
import Glibc
import Synchronization

/// One request on its way, and what has come of the answer.
final class Transfer: Sendable {
  private let request: HTTPRequest
  private let longestBody: Int
  private let take: HTTPClient.TakePiece?
  private let isCancelled = Atomic(false)
  private let answer = Mutex(Answer())

  private struct Answer {
    var status = 0
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    var isTooLong = false
  }

  init(_ request: HTTPRequest, longestBody: Int, take: HTTPClient.TakePiece?) {
    self.request = request
    self.longestBody = longestBody
    self.take = take
  }

  func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// Waits for the whole answer.
  func perform() -> Result<HTTPResponse, HTTPFault> {
    guard var easy = EasyHandle() else {
      return .failure(fault(.unreachable, "there is no memory for a request"))
    }
    prepare(&easy)
    let code = withExtendedLifetime(self) {
      if let body = request.body, !body.isEmpty {
        return body.withUnsafeBytes { bytes in
          easy.set(CURLOPT_POSTFIELDSIZE, bytes.count)
          _ = colisd_curl_set_pointer(
            easy.handle, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
          return curl_easy_perform(easy.handle)
        }
      }
      return curl_easy_perform(easy.handle)
    }
    return answer.withLock { answer in
      if answer.isTooLong {
        return .failure(fault(.badAnswer, "the answer is longer than \(longestBody) bytes"))
      }
      guard code == CURLE_OK else {
        if isCancelled.load(ordering: .relaxed) {
          return .failure(fault(.cancelled, "the request was broken off"))
        }
        return .failure(fault(kind(code, easy), words(code, easy)))
      }
      return .success(
        HTTPResponse(status: answer.status, headers: answer.headers, body: answer.body))
    }
  }

  private func prepare(_ easy: inout EasyHandle) {
    easy.set(CURLOPT_URL, request.url)
    easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
    easy.set(CURLOPT_FOLLOWLOCATION, 0)
    // Signals belong to the process.
    easy.set(CURLOPT_NOSIGNAL, 1)
    // No proxy but a configured one: the environment of a service is nobody's intention.
    easy.set(CURLOPT_NOPROXY, "*")
    easy.set(CURLOPT_CONNECTTIMEOUT_MS, 10_000)
    if let timeout = request.timeout {
      let (seconds, attoseconds) = timeout.components
      easy.set(CURLOPT_TIMEOUT_MS, Int(seconds * 1_000 + attoseconds / 1_000_000_000_000_000))
    }
    if let socket = request.socket { easy.set(CURLOPT_UNIX_SOCKET_PATH, socket) }
    if let body = request.body {
      easy.set(CURLOPT_POST, 1)
      // Without any, libcurl would read standard input.
      if body.isEmpty { easy.set(CURLOPT_COPYPOSTFIELDS, "") }
    }
    switch request.method {
    case "GET": break
    case "HEAD": easy.set(CURLOPT_NOBODY, 1)
    default: easy.set(CURLOPT_CUSTOMREQUEST, request.method)
    }
    for header in request.headers { easy.addHeader("\(header.name): \(header.value)") }
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = colisd_curl_set_headers(easy.handle, Self.takeHeader, context)
    _ = colisd_curl_set_body(easy.handle, Self.takeBody, context)
    _ = colisd_curl_set_progress(easy.handle, Self.look, context)
  }

  // MARK: Called by libcurl

  private static func of(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  private static let takeHeader: colisd_curl_take = { bytes, size, count, context in
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    Transfer.of(context)?.take(header: String(decoding: line, as: UTF8.self))
    return size * count
  }

  private static let takeBody: colisd_curl_take = { bytes, size, count, context in
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return Transfer.of(context)?.take(piece) == true ? size * count : 0
  }

  private static let look: colisd_curl_progress = { context, _, _, _, _ in
    Transfer.of(context)?.isCancelled.load(ordering: .relaxed) == true ? 1 : 0
  }

  private func take(header line: String) {
    answer.withLock { answer in
      if line.hasPrefix("HTTP/") {
        // Of an answer after `100 Continue` the last one counts.
        answer.status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        answer.headers = []
      } else if let colon = line.firstIndex(of: ":") {
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        answer.headers.append(
          (
            line[..<colon].lowercased(),
            String(value.prefix { $0 != "\r\n" && $0 != "\r" && $0 != "\n" })
          ))
      }
    }
  }

  private func take(_ piece: UnsafeRawBufferPointer) -> Bool {
    if let take { return take(answer.withLock { $0.status }, piece) }
    return answer.withLock { answer in
      guard answer.body.count + piece.count <= longestBody else {
        answer.isTooLong = true
        return false
      }
      answer.body += piece
      return true
    }
  }

  // MARK: What failed

  private func kind(_ code: CURLcode, _ easy: borrowing EasyHandle) -> HTTPFault.Kind {
    switch code {
    case CURLE_OPERATION_TIMEDOUT: .timedOut
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .badRequest
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
      .untrusted
    case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
      .badAnswer
    case CURLE_COULDNT_CONNECT where easy.number(CURLINFO_OS_ERRNO) == Int(EACCES): .denied
    default: .unreachable
    }
  }

  private func words(_ code: CURLcode, _ easy: borrowing EasyHandle) -> String {
    let words = String(cString: curl_easy_strerror(code))
    let system = Int32(easy.number(CURLINFO_OS_ERRNO))
    guard code == CURLE_COULDNT_CONNECT, system != 0 else { return words }
    return "\(words): \(String(cString: strerror(system)))"
  }

  private func fault(_ kind: HTTPFault.Kind, _ reason: String) -> HTTPFault {
    HTTPFault(kind: kind, server: server, reason: reason)
  }

  /// The URL without its path, user and query.
  private var server: String {
    if let socket = request.socket { return socket }
    guard let start = request.url.firstRange(of: "://") else { return "the URL" }
    let rest = request.url[start.upperBound...]
    let authority = rest.prefix { !"/?#".contains($0) }
    let host = authority.split(separator: "@").last ?? authority
    return String(request.url[..<start.upperBound] + host)
  }
}
