/// The algorithms that are offered to a server.
package struct AlgorithmOffer {
  private var lists: [AlgorithmList: [String]] = [:]
  /// Algorithms of the library that are not offered, as they are weak.
  private var leftOut: [AlgorithmList: Set<String>] = [:]

  package subscript(list: AlgorithmList) -> [String] { lists[list] ?? [] }

  /// Whether a name in the list of key exchanges is none, but announces an extension of the protocol.
  static func isExtension(_ name: String) -> Bool {
    name.hasPrefix("ext-info-") || name.hasPrefix("kex-strict-")
  }

  package func leavesOut(_ list: AlgorithmList, _ name: String) -> Bool {
    leftOut[list]?.contains(name) == true
  }

  /// - Parameters:
  ///   - hostKeys: the host key algorithms that we want, best first.
  ///   - known: what the library knows of a list.
  package init(
    hostKeys: [String], allowsLegacy: Bool, known: (AlgorithmList) -> [String]
  ) {
    for list in AlgorithmList.allCases {
      let names = known(list)
      if list == .hostKey {
        lists[list] = hostKeys.filter(names.contains)
      } else {
        let isOut = { (name: String) in !allowsLegacy && Self.isWeak(name) }
        lists[list] = names.filter { !isOut($0) }
        leftOut[list] = Set(names.filter(isOut))
      }
    }
  }

  /// Ciphers of 64-bit blocks, RC4 and all in CBC mode, MD5, cut MACs, RIPEMD, groups of 1,024 bits
  /// and those that a server chooses under SHA-1. SHA-1 in HMAC and with the 2,048 bits of group 14
  /// is not among them: no attack on it is known there, and older servers have nothing else.
  package static func isWeak(_ name: String) -> Bool {
    let exchanges = ["diffie-hellman-group1-sha1", "diffie-hellman-group-exchange-sha1", "none"]
    return exchanges.contains(name) || name.contains("-cbc") || name.hasPrefix("arcfour")
      || name.contains("md5") || name.contains("ripemd") || name.contains("sha1-96")
  }
}
