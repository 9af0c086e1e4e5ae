/// The host keys that OpenSSH's known_hosts format lists.
///
/// Read line by line, so that a line nobody can read costs that line alone. Hashed names,
/// `[host]:port`, lists, `*`, `?`, `!` and the marker `@revoked` mean what they mean to `ssh`;
/// `@cert-authority` lines are passed over, as libssh2 knows no host certificates. A host on
/// another port than 22 is found as `[host]:port` only.
///
/// ```swift
/// let known = KnownHosts(text: "[drop.example.net]:2222 ssh-ed25519 AAAAC3Nza…")
/// let policy = try HostKeyPolicy(pins: [], knownHosts: known)
/// ```
public struct KnownHosts: Sendable {
  struct Entry: Sendable {
    let line: Int
    let isRevoked: Bool
    let hosts: HostPattern
    let key: HostKey
  }

  package enum Verdict: Equatable {
    case listed(line: Int)
    case revoked(line: Int)
    /// The host is listed, with other keys.
    case otherKey(line: Int)
    case unknown
  }

  let entries: [Entry]
  /// Lines that could not be read, by number from 1.
  public let unreadableLines: [Int]

  /// So many bytes hold thousands of keys, each of which costs a hash at every connection.
  package static let mostBytes = 1 << 20

  /// Reads a file as a whole.
  package init(file path: String) throws(SmallFile.ReadError) {
    let bytes = try SmallFile.read(path, limit: Self.mostBytes)
    self.init(text: String(decoding: bytes, as: UTF8.self))
  }

  public init(text: String) {
    var entries: [Entry] = []
    var unreadable: [Int] = []
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      var fields = line.split { $0 == " " || $0 == "\t" }
      guard let first = fields.first, !first.hasPrefix("#") else { continue }
      var isRevoked = false
      if first.hasPrefix("@") {
        if first == "@cert-authority" { continue }
        isRevoked = first == "@revoked"
        guard isRevoked else {
          unreadable.append(index + 1)
          continue
        }
        fields.removeFirst()
      }
      guard fields.count >= 3, let hosts = HostPattern(fields[0]),
        let blob = HostKey.decode(base64: fields[2]), let key = HostKey(blob: blob),
        key.algorithm == fields[1]
      else {
        unreadable.append(index + 1)
        continue
      }
      entries.append(Entry(line: index + 1, isRevoked: isRevoked, hosts: hosts, key: key))
    }
    self.entries = entries
    self.unreadableLines = unreadable
  }

  /// How many keys it holds, the revoked ones included.
  public var count: Int { entries.count }

  /// The key types listed for a host, in the file's order, each once.
  public func keyTypes(host: String, port: UInt16) -> [String] {
    let name = Self.name(host, port)
    var types: [String] = []
    for entry in entries
    where !entry.isRevoked && !types.contains(entry.key.algorithm) && entry.hosts.matches(name) {
      types.append(entry.key.algorithm)
    }
    return types
  }

  package func verdict(host: String, port: UInt16, key: HostKey) -> Verdict {
    let name = Self.name(host, port)
    let bare = Self.name(host, 22)
    var found = Verdict.unknown
    for entry in entries {
      if entry.isRevoked {
        // A stolen key is stolen on every port.
        if entry.key == key, entry.hosts.matches(name) || entry.hosts.matches(bare) {
          return .revoked(line: entry.line)
        }
      } else if entry.hosts.matches(name) {
        if entry.key == key {
          if case .listed = found { continue }
          found = .listed(line: entry.line)
        } else if found == .unknown {
          found = .otherKey(line: entry.line)
        }
      }
    }
    return found
  }

  /// The name under which `ssh` looks a host up.
  static func name(_ host: String, _ port: UInt16) -> [UInt8] {
    let host = host.lowercased()
    return Array((port == 22 ? host : "[\(host)]:\(port)").utf8)
  }
}
