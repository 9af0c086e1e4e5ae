import Glibc

/// An IPv4 or IPv6 address. An IPv4 address in the dress of IPv6, `::ffff:192.0.2.1`, is the IPv4 address: that is what
/// the kernel connects to.
public struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
  public let isIPv4: Bool
  /// 32 of them, or 128.
  let bits: UInt128

  init(ipv4 bits: UInt32) {
    isIPv4 = true
    self.bits = UInt128(bits)
  }

  init(ipv6 bits: UInt128) {
    let isMapped = bits >> 32 == 0xffff
    isIPv4 = isMapped
    self.bits = isMapped ? bits & 0xffff_ffff : bits
  }

  /// Reads `192.0.2.1` or `2001:db8::1`; no name, no port, no brackets.
  public init?(_ text: String) {
    var (ipv4, ipv6) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, text, &ipv4) == 1 {
      self.init(ipv4: UInt32(bigEndian: ipv4.s_addr))
    } else if inet_pton(AF_INET6, text, &ipv6) == 1 {
      self.init(ipv6)
    } else {
      return nil
    }
  }

  /// - Returns: nil if it is of another family.
  init?(_ address: UnsafePointer<sockaddr>) {
    let bytes = UnsafeRawPointer(address)
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      let address = bytes.loadUnaligned(as: sockaddr_in.self)
      self.init(ipv4: UInt32(bigEndian: address.sin_addr.s_addr))
    case AF_INET6: self.init(bytes.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
    default: return nil
    }
  }

  private init(_ address: in6_addr) {
    self.init(
      ipv6: withUnsafeBytes(of: address) { bytes in
        UInt128(bigEndian: bytes.loadUnaligned(as: UInt128.self))
      })
  }

  /// How many bits an address of its kind has.
  var width: Int { isIPv4 ? 32 : 128 }

  public var description: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
      let big = bits.bigEndian
      withUnsafeBytes(of: big) { bytes in
        // The last four bytes are those of an IPv4 address.
        let start = bytes.baseAddress?.advanced(by: isIPv4 ? 12 : 0)
        inet_ntop(
          isIPv4 ? AF_INET : AF_INET6, start, text.baseAddress, socklen_t(text.count))
      }
      return text.baseAddress.map { String(cString: $0) } ?? ""
    }
  }

  /// The IPv4 address to which a translator or a tunnel leads that is named by this IPv6 address; nil: none.
  var translated: NetworkAddress? {
    guard !isIPv4 else { return nil }
    let tail = UInt32(truncatingIfNeeded: bits)
    // NAT64 (RFC 6052), and what was once "IPv4-compatible".
    if bits >> 32 == 0x64_ff9b << 64 || bits >> 32 == 0, bits > 1 {
      return NetworkAddress(ipv4: tail)
    }
    // 6to4 (RFC 3056).
    guard bits >> 112 == 0x2002 else { return nil }
    return NetworkAddress(ipv4: UInt32(truncatingIfNeeded: bits >> 80))
  }
}
