/// A pin that is no fingerprint.
public struct HostKeyPolicyError: Error, Sendable, Equatable, CustomStringConvertible {
  public let pin: String
  public let reason: String

  public var description: String {
    "host key pin \"\(pin)\" cannot be used: \(reason); write it as `ssh-keygen -lf KEY.pub` "
      + "prints it, SHA256: and 43 characters"
  }
}

/// Which host keys are trusted: the pinned ones, and those that known_hosts lists for the host.
///
/// There is no way to trust a key unseen: without a pin and without an entry every key is refused.
/// A key that known_hosts marks `@revoked` is refused whatever else trusts it.
public struct HostKeyPolicy: Sendable {
  package enum Verdict: Equatable {
    case trusted
    case refused(reason: String)
    /// Refused for good: looking at the host's other keys would not help.
    case revoked(reason: String)
  }

  let pins: [[UInt8]]
  let knownHosts: KnownHosts?
  private var knownHostsFile: String?

  /// - Parameter pins: fingerprints as `SHA256:…`, with base64 padding or without; several while
  ///   a server changes its key.
  public init(pins: [String], knownHosts: KnownHosts? = nil) throws(HostKeyPolicyError) {
    var digests: [[UInt8]] = []
    for pin in pins { digests.append(try Self.digest(of: pin)) }
    self.pins = digests
    self.knownHosts = knownHosts
  }

  /// - Parameter knownHostsFile: is read at each connection, so that what was revoked or exchanged
  ///   since counts from the next one on.
  public init(pins: [String], knownHostsFile: String?) throws(HostKeyPolicyError) {
    try self.init(pins: pins)
    self.knownHostsFile = knownHostsFile
  }

  /// The policy with the list as it is now.
  func current(for endpoint: SSHEndpoint) throws(SSHError) -> HostKeyPolicy {
    guard let path = knownHostsFile else { return self }
    do throws(SmallFile.ReadError) {
      return HostKeyPolicy(digests: pins, knownHosts: try KnownHosts(file: path))
    } catch {
      if let code = error.lack { throw .outOfResources("trust", endpoint, code) }
      throw SSHError(
        .localKey, "trust", endpoint, reason: "\(path) \(error)",
        advice: "check source.known-hosts, that this user may read it, and that it holds the keys "
          + "of this host only")
    }
  }

  private init(digests: [[UInt8]], knownHosts: KnownHosts) {
    self.pins = digests
    self.knownHosts = knownHosts
  }

  private static func digest(of pin: String) throws(HostKeyPolicyError) -> [UInt8] {
    guard let colon = pin.firstIndex(of: ":"), pin[..<colon].uppercased() == "SHA256" else {
      throw HostKeyPolicyError(pin: pin, reason: "it does not begin with SHA256:")
    }
    guard let digest = HostKey.decode(base64: pin[pin.index(after: colon)...]) else {
      throw HostKeyPolicyError(pin: pin, reason: "what follows SHA256: is not base64")
    }
    guard digest.count == 32 else {
      throw HostKeyPolicyError(
        pin: pin, reason: "it holds \(digest.count) bytes where a SHA-256 has 32")
    }
    return digest
  }

  /// Whether a key is one of the pinned ones.
  package func trusts(_ key: HostKey) -> Bool { pins.contains(key.digest) }

  /// Whether a key is trusted by the pins or by known_hosts as it is now.
  package func trusts(_ key: HostKey, of endpoint: SSHEndpoint) throws(SSHError) -> Bool {
    try current(for: endpoint).verdict(host: endpoint.host, port: endpoint.port, key: key)
      == .trusted
  }

  package func verdict(host: String, port: UInt16, key: HostKey) -> Verdict {
    let listed = knownHosts?.verdict(host: host, port: port, key: key)
    if case .revoked(let line) = listed {
      return .revoked(reason: "it is marked @revoked in line \(line) of known_hosts")
    }
    if pins.contains(key.digest) { return .trusted }
    switch listed {
    case .listed: return .trusted
    case .otherKey(let line):
      return .refused(reason: "known_hosts has another key for this host in line \(line)")
    case .unknown:
      return .refused(
        reason: pins.isEmpty
          ? "known_hosts has no key for this host" : "it is neither pinned nor in known_hosts")
    case nil, .revoked:
      return .refused(reason: pins.isEmpty ? "no host key is pinned" : "it is not pinned")
    }
  }

  /// Host key algorithms to offer, those that known_hosts lists for the host first: the server
  /// takes the first of ours that it has a key for.
  package func algorithms(host: String, port: UInt16) -> [String] {
    let known = knownHosts?.keyTypes(host: host, port: port) ?? []
    let first = known.flatMap { Self.algorithms(forKeyType: $0) }
    return first + Self.defaultAlgorithms.filter { !first.contains($0) }
  }

  /// By what algorithms a key of this type may sign: RSA has three, the other types one.
  static func algorithms(forKeyType type: String) -> [String] {
    switch type {
    case "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]
    default: defaultAlgorithms.contains(type) ? [type] : []
    }
  }

  /// `ssh-dss` is not among them: nothing should rest on it any more.
  static let defaultAlgorithms = [
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
    "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa",
  ]
}
