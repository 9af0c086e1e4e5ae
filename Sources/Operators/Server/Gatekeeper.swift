import Crypto
import HTTPTypes
import Hummingbird
import NIOCore
import Views

/// Says whose requests are answered at a listener.
struct Gatekeeper: Sendable {
  private let hosts: Set<String>
  /// The SHA-256 of the token: two of them are compared in a time that says nothing about either.
  private let token: SHA256Digest?
  /// What the page's cookie has in it: made of the token, and not the token.
  let cookie: String?

  static let cookieName = "colisd"
  private static let hostField = HTTPField.Name("Host")!

  init(_ rules: ServerRules, at listener: Listener) {
    hosts = Set(rules.hosts)
    // Who may open a Unix socket is said by its permissions.
    let token = listener.isUnix ? nil : rules.token
    self.token = token.map { SHA256.hash(data: Array($0.utf8)) }
    cookie = token.map { token in
      let code = HMAC<SHA256>.authenticationCode(
        for: Array("colisd page".utf8), using: SymmetricKey(data: Array(token.utf8)))
      return code.map { hexadecimal($0) }.joined()
    }
  }

  /// - Throws: `Problem`: a method that changes things, a foreign host name, no token.
  func check(_ asked: Asked, on channel: any Channel) throws(Problem) {
    try checkHost(asked, channel)
    let isSignIn = asked.path == ["token"]
    guard [.get, .head].contains(asked.request.method) || isSignIn && asked.request.method == .post
    else {
      var problem = Problem(
        405, "nothing can be changed here: only GET and HEAD are answered", exitStatus: 64)
      problem.headers = [(.allow, isSignIn ? "POST" : "GET, HEAD")]
      throw problem
    }
    // Says nothing about parcels; a monitor of the machine has no token.
    guard asked.path != ["healthz"], asked.path != ["style.css"], !isSignIn else { return }
    guard isAuthorized(asked) else {
      var problem = Problem(
        401, "a token is needed: send it as Authorization: Bearer TOKEN", exitStatus: 77)
      problem.headers = [(.wwwAuthenticate, "Bearer realm=\"colisd\"")]
      throw problem
    }
  }

  /// Whether a text is the token.
  func admits(token text: String) -> Bool {
    guard let token else { return true }
    return SHA256.hash(data: Array(text.utf8)) == token
  }

  private func isAuthorized(_ asked: Asked) -> Bool {
    guard token != nil else { return true }
    if let header = asked.header(.authorization) {
      let words = header.split(separator: " ", maxSplits: 1)
      return words.count == 2 && words[0].lowercased() == "bearer"
        && admits(token: String(words[1]).withoutBlanksAround)
    }
    guard let cookie, let given = asked.request.cookies[Self.cookieName]?.value else {
      return false
    }
    return SHA256.hash(data: Array(given.utf8)) == SHA256.hash(data: Array(cookie.utf8))
  }

  /// A page of somebody else, in a browser that can reach this server, may ask under a name that it controls
  /// (DNS rebinding); so names are compared, and not only addresses.
  private func checkHost(_ asked: Asked, _ channel: any Channel) throws(Problem) {
    // The first became the authority; what stands among the fields is a second one.
    guard asked.request.headers[Self.hostField] == nil else {
      throw Problem(400, "the request has two Host fields", exitStatus: 64)
    }
    // HTTP/1.0 has no host, and no browser speaks it any more.
    guard let authority = asked.request.head.authority, !authority.isEmpty else { return }
    let name = Self.name(of: authority)
    // What stands before `@` would be a user, which no host of a request has.
    guard !authority.contains("@"),
      name == "localhost" || hosts.contains(name) || Self.isOwnAddress(name, channel)
    else {
      throw Problem(
        403,
        "the host name \(singleLine(authority)) is not this server's: ask by localhost or an address, or add the name to http.hosts",
        exitStatus: 77)
    }
  }

  /// The host without its port and brackets, in small letters.
  static func name(of authority: String) -> String {
    var name = authority.lowercased()[...]
    if name.hasPrefix("[") {
      name = name.dropFirst().prefix { $0 != "]" }
    } else if let colon = name.lastIndex(of: ":") {
      name = name[..<colon]
    }
    return String(name.hasSuffix(".") ? name.dropLast() : name)
  }

  private static func isOwnAddress(_ name: String, _ channel: any Channel) -> Bool {
    guard let address = try? SocketAddress(ipAddress: name, port: 0), let ip = address.ipAddress
    else { return false }
    if ip == "::1" || ip.hasPrefix("127.") || ip == channel.localAddress?.ipAddress { return true }
    let devices = (try? System.enumerateDevices()) ?? []
    return devices.contains { $0.address?.ipAddress == ip }
  }
}

/// Two digits.
private func hexadecimal(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16)
}
