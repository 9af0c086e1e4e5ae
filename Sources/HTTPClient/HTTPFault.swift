/// Why a request got no answer. It never has the path of the URL in it, which may be a secret.
public struct HTTPFault: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable {
    /// No name, no route, nobody listens, or the connection broke.
    case unreachable
    /// The request may not go to any address that the host has.
    case forbiddenAddress
    /// The user may not connect to the Unix socket.
    case denied
    case timedOut
    /// The certificate is not good, or there is no cipher in common.
    case untrusted
    /// The answer is no HTTP, or longer than is taken.
    case badAnswer
    /// The URL or a header can't be used.
    case badRequest
    case cancelled
  }

  public let kind: Kind
  /// The server: `https://host:port`, or the path of a Unix socket.
  public let server: String
  /// libcurl's words, and what is known beside.
  public let reason: String
  /// Of an answer that began and did not come to its end; nil: none had begun.
  public let status: Int?

  init(_ kind: Kind, _ request: HTTPRequest, _ reason: String, status: Int? = nil) {
    self.kind = kind
    server = request.server
    self.reason = reason
    self.status = status
  }

  public var description: String { "\(server): \(reason)" }

  static func noMemory(_ request: HTTPRequest) -> HTTPFault {
    HTTPFault(.unreachable, request, "there is no memory for a request")
  }

  static func cancelled(_ request: HTTPRequest) -> HTTPFault {
    HTTPFault(.cancelled, request, "the request was broken off")
  }
}

extension HTTPRequest {
  /// The URL without its path, user and query.
  fileprivate var server: String {
    if let socket { return socket }
    guard let start = url.firstRange(of: "://") else { return "the URL" }
    let rest = url[start.upperBound...]
    let authority = rest.prefix { !"/?#".contains($0) }
    let host = authority.split(separator: "@").last ?? authority
    return String(url[..<start.upperBound] + host)
  }
}
