/// Which addresses a request may go to that somebody else had the say in: those of the internet, and no others. What
/// listens on this machine or beside it often trusts whoever can connect.
///
///     request.refusal = AddressRule(allowed: [try AddressNetwork("10.1.0.0/16")]).refusal
public struct AddressRule: Sendable, Hashable {
  /// Networks that may be gone to, whatever they are.
  public var allowed: [AddressNetwork]
  /// Whether no others may, as for what goes without TLS.
  public var isOnlyAllowed: Bool

  public init(allowed: [AddressNetwork] = [], isOnlyAllowed: Bool = false) {
    self.allowed = allowed
    self.isOnlyAllowed = isOnlyAllowed
  }

  /// Why the address may not be connected to, in words that go on from it: `is loopback (127.0.0.0/8)`; nil: it may.
  public func refusal(of address: NetworkAddress) -> String? {
    let translated = address.translated
    let isAllowed = allowed.contains { network in
      network.contains(address) || translated.map(network.contains) == true
    }
    guard !isAllowed else { return nil }
    if let refused = Self.refused(address) { return "is \(refused)" }
    if let translated, let refused = Self.refused(translated) {
      return "leads to \(translated), which is \(refused)"
    }
    return isOnlyAllowed ? "is in none of the networks that are allowed" : nil
  }

  private static func refused(_ address: NetworkAddress) -> String? {
    let entry = refused.first { $0.network.contains(address) }
    return entry.map { "\($0.words) (\($0.network))" }
  }

  private static func ipv4(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ length: Int, _ words: String, tail: UInt32 = 0
  ) -> (network: AddressNetwork, words: String) {
    (AddressNetwork(NetworkAddress(ipv4: a << 24 | b << 16 | c << 8 | tail), length), words)
  }

  /// - Parameter head: the first 64 bits.
  private static func ipv6(
    _ head: UInt64, _ length: Int, _ words: String, tail: UInt64 = 0
  ) -> (network: AddressNetwork, words: String) {
    (AddressNetwork(NetworkAddress(ipv6: UInt128(head) << 64 | UInt128(tail)), length), words)
  }

  /// The special networks of IANA's registries in which somebody may be. Those for examples in documents are not here:
  /// nobody is there. A host of metadata gives the machine's passwords to whoever asks.
  private static let refused = [
    ipv4(0, 0, 0, 8, "this machine"),
    ipv4(10, 0, 0, 8, "private"),
    ipv4(100, 64, 0, 10, "private to a provider's network"),
    ipv4(127, 0, 0, 8, "loopback"),
    ipv4(169, 254, 0, 16, "link-local, where metadata of the machine is"),
    ipv4(172, 16, 0, 12, "private"),
    ipv4(192, 0, 0, 24, "reserved for protocols"),
    ipv4(192, 168, 0, 16, "private"),
    ipv4(198, 18, 0, 15, "reserved for measurements"),
    ipv4(224, 0, 0, 4, "multicast"),
    ipv4(240, 0, 0, 4, "reserved, or broadcast"),
    ipv4(168, 63, 129, 32, "metadata of a cloud", tail: 16),
    ipv6(0, 128, "this machine"),
    ipv6(0, 128, "loopback", tail: 1),
    ipv6(0x0064_ff9b_0001_0000, 48, "a translator's own network"),
    ipv6(0x2001_0000 << 32, 32, "a tunnel (Teredo)"),
    ipv6(0xfc00 << 48, 7, "private, or metadata of a cloud"),
    ipv6(0xfe80 << 48, 10, "link-local"),
    ipv6(0xfec0 << 48, 10, "private to a site"),
    ipv6(0xff00 << 48, 8, "multicast"),
  ]
}
