import CZlib
import HTTPTypes
import Hummingbird
import NIOCore
import Views

extension Answer: ResponseGenerator {
  /// The answer as it goes out: named by its content, packed, without body for HEAD.
  func response(from request: Request, context: some RequestContext) throws -> Response {
    var fields = HTTPFields()
    fields[.contentType] = type
    for header in headers { fields[header.name] = header.value }
    for (name, value) in Self.always where fields[name] == nil { fields[name] = value }
    let status = HTTPResponse.Status(code: status)
    guard case .bytes(let bytes) = body else {
      guard case .stream(let stream) = body, request.method != .head else {
        return Response(status: status, headers: fields)
      }
      return Response(status: status, headers: fields, body: stream)
    }
    if status == .ok {
      let tag = Self.tag(of: bytes)
      fields[.eTag] = tag
      fields[.vary] = "Accept, Accept-Encoding, Accept-Language, Cookie, Authorization"
      if let known = request.headers[.ifNoneMatch], Self.names(known, tag) {
        fields[.contentType] = nil
        return Response(status: .notModified, headers: fields)
      }
    }
    var sent = bytes
    if bytes.count >= Packing.least, Packing.isAccepted(request.headers[.acceptEncoding]),
      let packed = Packing.gzip(bytes)
    {
      fields[.contentEncoding] = "gzip"
      sent = packed
    }
    guard request.method != .head else {
      fields[.contentLength] = String(sent.count)
      return Response(status: status, headers: fields)
    }
    let body = ResponseBody(contentLength: sent.count) { [sent] writer in
      try await writer.write(sent)
      try await writer.finish(nil)
    }
    return Response(status: status, headers: fields, body: body)
  }

  /// What every answer says: it is for one reader, has no script, stands in no frame, and is what it says it is.
  private static let always: [(HTTPField.Name, String)] = [
    (.cacheControl, "private, no-cache"),
    (
      .contentSecurityPolicy,
      "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    (.xContentTypeOptions, "nosniff"),
    (HTTPField.Name("Referrer-Policy")!, "same-origin"),
    (HTTPField.Name("Cross-Origin-Resource-Policy")!, "same-origin"),
  ]

  /// A name of the content. It is weak, as packed bytes have it, too.
  private static func tag(of bytes: [UInt8]) -> String {
    let sum = bytes.withUnsafeBufferPointer { bytes in
      (
        crc32(0, bytes.baseAddress, UInt32(bytes.count)),
        adler32(1, bytes.baseAddress, UInt32(bytes.count))
      )
    }
    return "W/\"\(String(sum.0, radix: 16))-\(String(sum.1, radix: 16))-\(bytes.count)\""
  }

  private static func names(_ header: String, _ tag: String) -> Bool {
    // The weak comparison of RFC 9110: a `W/` says nothing about the content.
    func opaque(_ tag: String) -> Substring { tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...] }
    return header.withoutBlanksAround == "*"
      || header.split(separator: ",").contains {
        opaque(String($0).withoutBlanksAround) == opaque(tag)
      }
  }
}
