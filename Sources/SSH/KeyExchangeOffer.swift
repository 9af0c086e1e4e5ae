/// What a server offers before any key is agreed on (RFC 4253, section 7.1), read from the bytes
/// that it sent in the clear. libssh2 says only that there was no agreement; this says on what.
package struct KeyExchangeOffer {
  package let keyExchanges: [String]
  package let hostKeyAlgorithms: [String]
  /// Of what we send, and of what the server sends.
  package let ciphers: [[String]]
  package let macs: [[String]]

  /// Nil unless the greeting and the whole first packet are there.
  package init?(_ opening: [UInt8]) {
    // Any number of lines may come before the greeting.
    var rest = opening[...]
    while !rest.starts(with: Array("SSH-".utf8)) {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      rest = rest[(end + 1)...]
    }
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    rest = rest[(end + 1)...]
    // Length (4), padding length (1), SSH_MSG_KEXINIT (1), cookie (16).
    guard rest.count > 22, rest[rest.startIndex + 5] == 20 else { return nil }
    rest = rest.dropFirst(22)
    var lists: [[String]] = []
    // Those of compression and languages follow.
    for _ in 0..<6 {
      guard rest.count >= 4 else { return nil }
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      guard length <= rest.count else { return nil }
      let names = rest.prefix(length).split(separator: UInt8(ascii: ","))
      lists.append(
        names.filter { $0.count <= 64 && $0.allSatisfy { (0x21...0x7e).contains($0) } }
          .map { String(decoding: $0, as: UTF8.self) })
      rest = rest.dropFirst(length)
    }
    keyExchanges = lists[0]
    hostKeyAlgorithms = lists[1]
    ciphers = [lists[2], lists[3]]
    macs = [lists[4], lists[5]]
  }

  /// Whether the only keys it has are RSA keys.
  var hasOnlyRSAHostKeys: Bool {
    !hostKeyAlgorithms.isEmpty
      && hostKeyAlgorithms.allSatisfy { $0.hasPrefix("rsa-sha2-") || $0.hasPrefix("ssh-rsa") }
  }
}
