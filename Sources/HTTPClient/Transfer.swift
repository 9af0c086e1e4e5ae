import CLibCurl

/// One request on its way, and what has come of the answer. It belongs to the thread that drives it.
final class Transfer {
  let request: HTTPRequest
  let easy: EasyHandle
  private let take: HTTPClient.TakePiece?

  private(set) var status = 0
  /// Whether the blank line behind the headers has come.
  private var hasWholeHead = false
  private var headers: [(name: String, value: String)] = []
  private var headerSize = 0
  private var body: [UInt8] = []
  private var received = 0
  private var isCutOff = false
  /// How many sockets were made, and why others were not.
  var opened = 0
  var refusals: [String] = []

  /// All headers of an answer: bytes.
  static let longestHeaders = 256 << 10
  var hasTooManyHeaders: Bool { headerSize > Self.longestHeaders }

  /// - Parameter take: gets the body; nil: it is kept.
  init(_ request: HTTPRequest, on easy: EasyHandle, take: HTTPClient.TakePiece? = nil) {
    self.request = request
    self.easy = easy
    self.take = take
  }

  /// What has come of it when libcurl has ended it with this code.
  func result(_ code: CURLcode) -> Result<HTTPResponse, HTTPFault> {
    guard code == CURLE_OK || isCutOff else { return .failure(fault(code)) }
    // To libcurl it is an answer without a body when the connection ends between two headers.
    guard hasWholeHead else { return .failure(faultOfHead()) }
    return .success(
      HTTPResponse(status: status, headers: headers, body: body, isCutOff: isCutOff))
  }

  /// Whether it went over a connection that was there, and that ended, or was said to end, before a word of the answer: no
  /// fault of the server, which may close what it does not use.
  func wasGivenUp(_ code: CURLcode) -> Bool {
    guard opened == 0, status == 0, refusals.isEmpty else { return false }
    // What ended may be one stream alone, as of a server that fails with this request.
    if code == CURLE_HTTP2_STREAM {
      return easy.errorWords?.contains("before end of the underlying stream") == true
    }
    return Self.lost.contains(code.rawValue)
  }

  /// What libcurl calls the end of a connection.
  private static let lost = Set(
    [
      CURLE_HTTP2, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE,
    ].map(\.rawValue))

  // MARK: Called by libcurl

  /// Tells libcurl whom to give what comes in. It has to live until the transfer is over.
  func connectCallbacks() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = colisd_curl_set_headers(easy.handle, Self.takeHeader, context)
    _ = colisd_curl_set_body(easy.handle, Self.takeBody, context)
    _ = colisd_curl_set_open(easy.handle, Self.openSocket, context)
    if request.refusal != nil, request.socket == nil {
      _ = colisd_curl_set_ready(easy.handle, Self.lookAtAddress, context)
    }
  }

  static func of(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  private static let takeHeader: colisd_curl_take = { bytes, size, count, context in
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return Transfer.of(context)?.take(header: line) == true ? size * count : 0
  }

  private static let takeBody: colisd_curl_take = { bytes, size, count, context in
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return Transfer.of(context)?.take(piece) == true ? size * count : 0
  }

  /// - Returns: whether it goes on.
  private func take(header line: UnsafeRawBufferPointer) -> Bool {
    if line.starts(with: "HTTP/".utf8) {
      // Behind the code there may be nothing but the end of the line.
      let words = line.split { [9, 10, 13, 32].contains($0) }
      status = words.dropFirst().first.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
      // Of an answer after `100 Continue` the last one counts.
      headers = []
      hasWholeHead = false
    } else if line.allSatisfy({ $0 == 10 || $0 == 13 }) {
      hasWholeHead = true
    } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
      let isBlank = { (byte: UInt8) in [9, 10, 13, 32].contains(byte) }
      var value = line[(colon + 1)...].drop(while: isBlank)
      while let last = value.last, isBlank(last) { value.removeLast() }
      headers.append(
        (
          String(decoding: line[..<colon], as: UTF8.self).lowercased(),
          String(decoding: value, as: UTF8.self)
        ))
    }
    // libcurl has a limit for each line and none for all of them.
    headerSize += line.count
    return !hasTooManyHeaders
  }

  /// - Returns: whether it goes on.
  private func take(_ piece: UnsafeRawBufferPointer) -> Bool {
    if let take { return take(status, piece) }
    received += piece.count
    body += piece.prefix(max(0, request.keptBody - body.count))
    // What is not kept is read for the connection's sake alone, which a body that is too long loses.
    isCutOff =
      received > request.longestBody
      || body.count >= request.keptBody && announcedBody > request.longestBody
    return !isCutOff
  }

  /// How long the body is to be, as far as it is said.
  private var announcedBody: Int {
    headers.last { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
  }
}
