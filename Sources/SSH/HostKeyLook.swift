/// The host keys that a server shows.
public struct HostKeyLook: Sendable {
  /// One of each type, the one that a connection uses in front.
  public var keys: [HostKey] = []
  /// The types of further keys that the server has and the installed libssh2 can't check: before 1.11 RSA, of
  /// which current servers sign in no way that it knows.
  public var unchecked: [String] = []

  init() {}

  /// - Parameter offered: the server's algorithms.
  fileprivate mutating func noteUnchecked(among offered: [String], offering ours: [String]) {
    for name in offered {
      let type = Self.keyType(of: name)
      let isChecked = offered.contains { Self.keyType(of: $0) == type && ours.contains($0) }
      // A certificate belongs to a key that is named as well.
      guard !isChecked, !name.contains("-cert-"), !unchecked.contains(type) else { continue }
      unchecked.append(type)
    }
  }

  /// The type of the keys that sign by an algorithm.
  private static func keyType(of algorithm: String) -> String {
    algorithm.hasPrefix("rsa-sha2-") ? "ssh-rsa" : algorithm
  }
}

extension SSHSession {
  /// The host keys that a server shows: one of each type that it has, in the order in which a connection
  /// asks for them, so that the first one is used first. Nothing is trusted and nobody logs in: each
  /// connection ends after the key exchange.
  ///
  /// It waits on the calling thread, so it must not run on one of Swift's pool.
  /// - Parameters:
  ///   - deadline: by when all of it has to be done.
  ///   - interrupt: ends the call with `cancelled` when fired.
  /// - Throws: `SSHError` if the server can't be reached, or shows no key of a type that we know.
  public static func hostKeys(
    of endpoint: SSHEndpoint, allowsLegacyAlgorithms: Bool = false,
    until deadline: ContinuousClock.Instant, interrupt: Interrupt
  ) throws(SSHError) -> HostKeyLook {
    var look = HostKeyLook()
    var algorithms = HostKeyPolicy.defaultAlgorithms
    while !algorithms.isEmpty {
      let session = try SSHSession(
        endpoint, until: deadline, interrupt: interrupt, progress: {})
      defer { session.transport.close() }
      let ours = AlgorithmOffer(
        hostKeys: algorithms, allowsLegacy: allowsLegacyAlgorithms,
        known: { session.handle.algorithms(of: $0) })
      let agreed = try session.exchangeKeys(
        offering: ours, until: deadline, interrupt: interrupt)
      let offer = KeyExchangeOffer(session.transport.takeOpening())
      // The first connection offers all that we have.
      if look.keys.isEmpty {
        look.noteUnchecked(among: offer?.hostKeyAlgorithms ?? [], offering: ours[.hostKey])
      }
      guard agreed, let key = session.hostKey() else {
        if look.keys.isEmpty { throw noAgreement(endpoint, ours, offer) }
        break
      }
      look.keys.append(key)
      let used = HostKeyPolicy.algorithms(forKeyType: key.algorithm)
      // If the server shows a key of a type that was not offered, stop: otherwise this loop never ends.
      let left = algorithms.filter { !used.contains($0) }
      algorithms = left.count < algorithms.count ? left : []
    }
    return look
  }
}
