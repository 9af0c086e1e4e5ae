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
  ) throws(SSHError) -> [HostKey] {
    var algorithms = HostKeyPolicy.defaultAlgorithms
    var keys: [HostKey] = []
    while !algorithms.isEmpty {
      let session = try SSHSession(
        endpoint, until: deadline, interrupt: interrupt, progress: {})
      defer { session.transport.close() }
      let ours = AlgorithmOffer(
        hostKeys: algorithms, allowsLegacy: allowsLegacyAlgorithms,
        known: { session.handle.algorithms(of: $0) })
      let agreed = try session.exchangeKeys(
        offering: ours, until: deadline, interrupt: interrupt)
      guard agreed, let key = session.hostKey() else {
        if keys.isEmpty {
          throw noAgreement(endpoint, ours, KeyExchangeOffer(session.transport.takeOpening()))
        }
        break
      }
      keys.append(key)
      let used = HostKeyPolicy.algorithms(forKeyType: key.algorithm)
      // If the server shows a key of a type that was not offered, stop: otherwise this loop never ends.
      let left = algorithms.filter { !used.contains($0) }
      algorithms = left.count < algorithms.count ? left : []
    }
    return keys
  }
}
