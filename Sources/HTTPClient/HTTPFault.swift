/// Why a request got no answer. It never has the path of the URL in it, which may be a secret.
public struct HTTPFault: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable {
    /// No name, no route, nobody listens, or the connection broke.
    case unreachable
    /// The user may not connect to the Unix socket.
    case denied
    case timedOut
    /// The certificate is not good, or there is no cipher in common.
    case untrusted
    /// The answer is no HTTP, or longer than is taken.
    case badAnswer
    /// The URL can't be used.
    case badRequest
    case cancelled
  }

  public let kind: Kind
  /// The server: `https://host:port`, or the path of a Unix socket.
  public let server: String
  /// libcurl's words.
  public let reason: String

  public var description: String { "\(server): \(reason)" }
}
