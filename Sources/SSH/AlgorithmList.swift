import CLibSSH2

/// The kinds of algorithms on which the two sides of an SSH connection have to agree.
package enum AlgorithmList: Int, CaseIterable, Sendable {
  case keyExchange
  case hostKey
  case cipher
  case mac

  /// Its name in error messages.
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

  /// libssh2's numbers for the list; two if there is one for each direction.
  var methods: [Int32] {
    switch self {
    case .keyExchange: [LIBSSH2_METHOD_KEX]
    case .hostKey: [LIBSSH2_METHOD_HOSTKEY]
    case .cipher: [LIBSSH2_METHOD_CRYPT_CS, LIBSSH2_METHOD_CRYPT_SC]
    case .mac: [LIBSSH2_METHOD_MAC_CS, LIBSSH2_METHOD_MAC_SC]
    }
  }

  /// Algorithms of Debian 13's libssh2 1.11 that 1.10 does not have.
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
