/// One request to an HTTP server.
public struct HTTPRequest: Sendable {
  public var method = "GET"
  /// `https://host/path`, or `http://`; no other scheme is spoken.
  public var url: String
  public var headers: [(name: String, value: String)] = []
  /// Nil: none.
  public var body: [UInt8]?
  /// How long all of it may take; nil: as long as it likes, for an answer that goes on.
  public var timeout: Duration?
  /// The path of a Unix socket that is connected to instead of the host of the URL.
  public var socket: String?

  public init(_ url: String, timeout: Duration?) {
    self.url = url
    self.timeout = timeout
  }
}
