import Crypto

/// The first field of a known_hosts line: which hosts it speaks of (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
enum HostPattern: Sendable, Equatable {
  /// HMAC-SHA1 of one name under the salt.
  case hashed(salt: [UInt8], hash: [UInt8])
  /// Names with `*` and `?`; one that is negated and matches excludes the whole line.
  case names([(negated: Bool, glob: [UInt8])])

  init?(_ field: Substring) {
    if field.hasPrefix("|") {
      let parts = field.split(separator: "|", omittingEmptySubsequences: false)
      guard parts.count == 4, parts[1] == "1",
        let salt = HostKey.decode(base64: parts[2]), !salt.isEmpty,
        let hash = HostKey.decode(base64: parts[3]), hash.count == Insecure.SHA1.byteCount
      else { return nil }
      self = .hashed(salt: salt, hash: hash)
      return
    }
    let names = field.split(separator: ",").map { name in
      let negated = name.hasPrefix("!")
      return (negated: negated, glob: Array(name.dropFirst(negated ? 1 : 0).lowercased().utf8))
    }
    guard !names.isEmpty, names.allSatisfy({ !$0.glob.isEmpty }) else { return nil }
    self = .names(names)
  }

  func matches(_ name: [UInt8]) -> Bool {
    switch self {
    case .hashed(let salt, let hash):
      HMAC<Insecure.SHA1>.isValidAuthenticationCode(
        hash, authenticating: name, using: SymmetricKey(data: salt))
    case .names(let names):
      !names.contains { $0.negated && Self.matches(name, glob: $0.glob) }
        && names.contains { !$0.negated && Self.matches(name, glob: $0.glob) }
    }
  }

  /// Linear in practice: on a mismatch it only ever returns to the last star.
  static func matches(_ name: [UInt8], glob: [UInt8]) -> Bool {
    var n = 0
    var g = 0
    var star: (glob: Int, name: Int)?
    while n < name.count {
      if g < glob.count, glob[g] == UInt8(ascii: "*") {
        star = (g, n)
        g += 1
      } else if g < glob.count, glob[g] == UInt8(ascii: "?") || glob[g] == name[n] {
        g += 1
        n += 1
      } else if let last = star {
        star = (last.glob, last.name + 1)
        g = last.glob + 1
        n = last.name + 1
      } else {
        return false
      }
    }
    return glob[g...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  static func == (left: HostPattern, right: HostPattern) -> Bool {
    switch (left, right) {
    case (.hashed(let salt, let hash), .hashed(let otherSalt, let otherHash)):
      salt == otherSalt && hash == otherHash
    case (.names(let names), .names(let others)):
      names.elementsEqual(others) { $0.negated == $1.negated && $0.glob == $1.glob }
    default: false
    }
  }
}
