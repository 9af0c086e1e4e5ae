import CLibSSH2

/// The lists in which two sides of an SSH connection have to have something in common.
package enum AlgorithmList: Int, CaseIterable, Sendable {
  case keyExchange
  case hostKey
  case cipher
  case mac

  /// As error sentences name it.
  var name: String {
    switch self {
    case .keyExchange: "key exchange"
    case .hostKey: "host key algorithm"
    case .cipher: "cipher"
    case .mac: "MAC"
    }
  }

  /// What a server is advised to allow.
  var example: String {
    switch self {
    case .keyExchange: "curve25519-sha256"
    case .hostKey: "ssh-ed25519"
    case .cipher: "aes256-ctr"
    case .mac: "hmac-sha2-256"
    }
  }

  /// libssh2's numbers for the list; two where it has one for each direction.
  var methods: [Int32] {
    switch self {
    case .keyExchange: [LIBSSH2_METHOD_KEX]
    case .hostKey: [LIBSSH2_METHOD_HOSTKEY]
    case .cipher: [LIBSSH2_METHOD_CRYPT_CS, LIBSSH2_METHOD_CRYPT_SC]
    case .mac: [LIBSSH2_METHOD_MAC_CS, LIBSSH2_METHOD_MAC_SC]
    }
  }

  /// What Debian 13's libssh2 1.11 has and 1.10 has not.
  var newInLibSSH2111: Set<String> {
    switch self {
    case .keyExchange: []
    case .hostKey: ["rsa-sha2-512", "rsa-sha2-256"]
    case .cipher:
      ["chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com"]
    case .mac:
      [
        "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com",
        "hmac-sha1-etm@openssh.com",
      ]
    }
  }
}

/// What we offer a server of what the library knows.
package struct AlgorithmOffer {
  private var lists: [AlgorithmList: [String]] = [:]
  /// What the library has and we leave out as weak.
  private var leftOut: [AlgorithmList: Set<String>] = [:]

  package subscript(list: AlgorithmList) -> [String] { lists[list] ?? [] }

  /// Names that stand among the key exchanges and are none: they tell of extensions.
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
