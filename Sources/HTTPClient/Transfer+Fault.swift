import CLibCurl
import Glibc

extension Transfer {
  /// Why libcurl ended it with this code.
  func fault(_ code: CURLcode) -> HTTPFault {
    let refusal = refusals.joined(separator: "; ")
    // Whatever libcurl makes of a connection that it was not given.
    if !refusals.isEmpty, opened == 0 || code == CURLE_ABORTED_BY_CALLBACK {
      return HTTPFault(.forbiddenAddress, request, refusal)
    }
    guard !hasTooManyHeaders else {
      return HTTPFault(
        .badAnswer, request, "the answer's headers are longer than \(Self.longestHeaders) bytes",
        status: status)
    }
    let parts = [
      words(code), refusals.isEmpty ? nil : refusal,
      status == 0 ? nil : "the answer had begun, with status \(status)",
    ]
    return HTTPFault(
      kind(code), request, parts.compactMap { $0 }.joined(separator: "; "),
      status: status == 0 ? nil : status)
  }

  /// Of an answer that ended before its headers did.
  func faultOfHead() -> HTTPFault {
    HTTPFault(
      .badAnswer, request,
      "the connection was closed in the middle of the answer's headers; the answer had begun, with status \(status)",
      status: status == 0 ? nil : status)
  }

  private func kind(_ code: CURLcode) -> HTTPFault.Kind {
    switch code {
    case CURLE_OPERATION_TIMEDOUT: .timedOut
    // After the request it is said of an answer without a status line.
    case CURLE_UNSUPPORTED_PROTOCOL where easy.number(CURLINFO_REQUEST_SIZE) > 0: .badAnswer
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .badRequest
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
      .untrusted
    case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      .badAnswer
    case CURLE_COULDNT_CONNECT where systemCode == EACCES: .denied
    default: .unreachable
    }
  }

  private func words(_ code: CURLcode) -> String {
    let words = String(cString: curl_easy_strerror(code))
    switch code {
    case CURLE_COULDNT_CONNECT where systemCode != 0:
      return "\(words): \(String(cString: strerror(systemCode)))"
    case CURLE_OPERATION_TIMEDOUT: return words + (slowStep.map { ": \($0)" } ?? "")
    // Only there the difference is in them: what is wrong with a certificate, what a proxy answered. For others
    // they have milliseconds in them, so that no two are alike.
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
      CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM,
      CURLE_UNSUPPORTED_PROTOCOL:
      return easy.errorWords ?? words
    default: return words
    }
  }

  /// What had not ended in time, where it was not the answer.
  private var slowStep: String? {
    guard let words = easy.errorWords else { return nil }
    if words.hasPrefix("Resolving") { return "the name was not resolved in time" }
    return words.hasPrefix("Connection") ? "there was no connection in time" : nil
  }

  private var systemCode: Int32 { Int32(easy.number(CURLINFO_OS_ERRNO)) }
}
