/// Addresses that begin alike: `10.0.0.0/8`, `2001:db8::/32`.
public struct AddressNetwork: Sendable, Hashable, CustomStringConvertible {
  /// The first address.
  let base: NetworkAddress
  /// How many bits all have in common.
  let length: Int

  /// - Parameter base: without a bit behind those in common.
  init(_ base: NetworkAddress, _ length: Int) {
    self.base = base
    self.length = length
  }

  /// Reads `10.0.0.0/8`, or an address for a network with that one alone.
  /// - Throws: `Fault` with what is wrong with the text.
  public init(_ text: String) throws(Fault) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let base = NetworkAddress(String(parts[0])) else {
      throw Fault(text, "\(parts[0].isEmpty ? "nothing" : "\(parts[0])") is no IP address")
    }
    var length = base.width
    if parts.count == 2 {
      let digits = parts[1]
      guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
        let number = Int(digits), number <= base.width
      else {
        throw Fault(
          text, "behind / stands how many bits count, 0 to \(base.width), and not \(digits)")
      }
      length = number
    }
    let network = Self(base.prefix(length), length)
    guard network.base == base else {
      throw Fault(text, "\(base) has bits behind the first \(length): is it \(network)?")
    }
    self = network
  }

  public func contains(_ address: NetworkAddress) -> Bool {
    address.isIPv4 == base.isIPv4 && address.prefix(length) == base
  }

  public var description: String { "\(base)/\(length)" }

  /// Why a text is no network.
  public struct Fault: Error, Sendable, CustomStringConvertible {
    public let description: String

    fileprivate init(_ text: String, _ reason: String) {
      description =
        "\(text) is no network: \(reason); write it as 10.0.0.0/8, fd00::/8 or 192.0.2.1"
    }
  }
}

extension NetworkAddress {
  /// Its first bits, and none behind them.
  fileprivate func prefix(_ length: Int) -> NetworkAddress {
    // A shift by all bits gives zero.
    let cut = UInt128(width - length)
    let kept = (bits >> cut) << cut
    return isIPv4
      ? NetworkAddress(ipv4: UInt32(truncatingIfNeeded: kept)) : NetworkAddress(ipv6: kept)
  }
}
