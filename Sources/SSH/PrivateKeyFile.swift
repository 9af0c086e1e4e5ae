/// Checks a private key's file before libssh2 uses it, for better error messages: libssh2 has only one code for a
/// missing file, one that it can't parse, and a wrong passphrase.
package struct PrivateKeyFile {
  /// Such as `ssh-rsa`; nil if the file does not show it.
  let keyType: String?
  package let isEncrypted: Bool

  /// Reads the file, if it is no larger than a key can be.
  package init(path: String) throws(SmallFile.ReadError) {
    self.init(text: String(decoding: try SmallFile.read(path, limit: 65_536), as: UTF8.self))
  }

  init(text: String) {
    let lines = text.split { $0.isNewline }
    let label = lines.first { $0.hasPrefix("-----BEGIN ") } ?? ""
    if label.contains("OPENSSH PRIVATE KEY") {
      let body = lines.drop { !$0.hasPrefix("-----BEGIN ") }.dropFirst()
        .prefix { !$0.hasPrefix("-----") }.joined()
      let (type, cipher) = Self.openSSHHeader(HostKey.decode(base64: body) ?? [])
      keyType = type
      isEncrypted = cipher.map { $0 != "none" } ?? false
    } else {
      keyType =
        label.contains("RSA PRIVATE KEY")
        ? "ssh-rsa" : label.contains("EC PRIVATE KEY") ? "ecdsa" : nil
      isEncrypted =
        label.contains("ENCRYPTED")
        || lines.contains { $0.hasPrefix("Proc-Type:") && $0.contains("ENCRYPTED") }
    }
  }

  /// The clear part of OpenSSH's own format (PROTOCOL.key): cipher, kdf, kdf options, number of
  /// keys, public key.
  private static func openSSHHeader(_ bytes: [UInt8]) -> (type: String?, cipher: String?) {
    let magic = Array("openssh-key-v1".utf8) + [0]
    guard bytes.starts(with: magic) else { return (nil, nil) }
    var rest = bytes[magic.count...]
    func string() -> ArraySlice<UInt8>? {
      guard rest.count >= 4 else { return nil }
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      guard length <= rest.count - 4 else { return nil }
      defer { rest = rest.dropFirst(4 + length) }
      return rest.dropFirst(4).prefix(length)
    }
    guard let cipher = string(), string() != nil, string() != nil, rest.count >= 4 else {
      return (nil, nil)
    }
    rest = rest.dropFirst(4)
    let type = string().flatMap { HostKey(blob: Array($0))?.algorithm }
    return (type, String(decoding: cipher, as: UTF8.self))
  }
}
