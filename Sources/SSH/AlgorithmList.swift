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
