import CLibCurl

extension Transfer {
  /// Tells libcurl all of the request. What is said nowhere is as libcurl has it: the certificates of the system, which
  /// the server's has to match in its issuer and its name; no coding of the body; no cookies, no file of passwords.
  func prepare(_ settings: HTTPSession.Settings) {
    easy.set(CURLOPT_URL, request.url)
    easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
    easy.set(CURLOPT_FOLLOWLOCATION, 0)
    // Where TLS agrees on it. Requests that come while the first connection is made wait for what that can do; one
    // without TLS carries one request at a time, so nobody waits.
    easy.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    let isPlain = request.url.prefix(6).lowercased() != "https:"
    if !isPlain { easy.set(CURLOPT_PIPEWAIT, 1) }
    if let file = settings.caFile { easy.set(CURLOPT_CAINFO, file) }
    // Signals belong to the process.
    easy.set(CURLOPT_NOSIGNAL, 1)
    // A resolver that does not answer is left to itself: libcurl would wait for it, and all transfers with it.
    easy.set(CURLOPT_QUICK_EXIT, 1)
    // Without TLS a proxy would read it all and send it on to anywhere: what may not go everywhere goes by none.
    if settings.usesProxies, !isPlain || request.refusal == nil {
      // The proxy's own headers are not the answer's.
      easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    } else {
      easy.set(CURLOPT_NOPROXY, "*")
    }
    // Whoever moves a name is followed soon; a new connection is rare.
    easy.set(CURLOPT_DNS_CACHE_TIMEOUT, 10)
    // After so many seconds a name is looked up again, however busy its connection is.
    easy.set(CURLOPT_MAXLIFETIME_CONN, 600)
    easy.set(CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout)
    if let timeout = request.timeout { easy.set(CURLOPT_TIMEOUT_MS, timeout) }
    if let socket = request.socket { easy.set(CURLOPT_UNIX_SOCKET_PATH, socket) }
    if let body = request.body { setBody(body) }
    switch request.method {
    case "GET" where request.body == nil, "POST" where request.body != nil: break
    case "HEAD": easy.set(CURLOPT_NOBODY, 1)
    default: easy.set(CURLOPT_CUSTOMREQUEST, request.method)
    }
    for header in request.headers { easy.addHeader("\(header.name): \(header.value)") }
    connectCallbacks()
  }

  private func setBody(_ body: [UInt8]) {
    easy.set(CURLOPT_POSTFIELDSIZE, body.count)
    // libcurl copies it. Of none it needs the address as well: without, it would read standard input.
    body.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress, !bytes.isEmpty else {
        return easy.set(CURLOPT_COPYPOSTFIELDS, "")
      }
      _ = colisd_curl_set_pointer(
        easy.handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: start))
    }
  }
}

extension HTTPRequest {
  /// - Throws: `HTTPFault` where a line of it would be two, or no text of C.
  func checkLines() throws(HTTPFault) {
    let isWhole = { (text: String) in !text.utf8.contains { $0 == 0 || $0 == 10 || $0 == 13 } }
    guard isWhole(url), isWhole(method) else {
      throw HTTPFault(.badRequest, self, "the URL or the method has a line break in it")
    }
    for header in headers where !isWhole(header.name) || !isWhole(header.value) {
      throw HTTPFault(.badRequest, self, "the header \(header.name) has a line break in it")
    }
  }
}
