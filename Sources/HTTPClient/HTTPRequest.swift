/// One request to an HTTP server.
public struct HTTPRequest: Sendable {
  public var method = "GET"
  /// `https://host/path`, or `http://`; no other scheme is spoken.
  public var url: String
  public var headers: [(name: String, value: String)] = []
  /// Nil: none.
  public var body: [UInt8]?
  /// How long all of it may take, also that it waits for a connection; nil: as long as it likes, for an answer that
  /// goes on.
  public var timeout: Duration?
  /// How long it may take until there is a connection, with the look-up of the name and TLS.
  public var connectTimeout = Duration.seconds(10)
  /// The path of a Unix socket that is connected to instead of the host of the URL.
  public var socket: String?
  /// So many bytes of the answer's body are kept, from its beginning.
  public var keptBody = 1 << 20
  /// An answer with a body of more bytes is broken off, with its connection: see `HTTPResponse.isCutOff`. A body up to
  /// here is read to its end, so that the connection can be used again.
  public var longestBody = 1 << 20
  /// Which addresses may be connected to; nil: all.
  public var refusal: AddressCheck?

  /// Why an address may not be connected to, in words that go on from it (`is loopback`); nil: it may.
  ///
  /// It is asked on the session's thread of each address that the host has, before a socket is made for it, and
  /// before each request of the address that its connection has: a connection may have been made for a request that
  /// was allowed more. So it does not matter what a name resolved to at another time.
  ///
  /// Where a session uses a proxy it is the proxy that is connected to, and its address is what is asked about. What
  /// the proxy connects to is not known here: who sends by a proxy leaves that check to the proxy. Without TLS there is
  /// no proxy for a request that has a check.
  public typealias AddressCheck = @Sendable (NetworkAddress) -> String?

  public init(_ url: String, timeout: Duration?) {
    self.url = url
    self.timeout = timeout
  }
}
