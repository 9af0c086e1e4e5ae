import SSH

/// A file of known hosts, and behind a line of `===` the host that is looked for.
enum KnownHostsInput {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    let (first, second) = FuzzInput(FuzzInput.expanded(bytes, atMost: 30_000)).parts
    let text = String(decoding: first, as: UTF8.self)
    let host = second.map { String(decoding: $0.prefix(300), as: UTF8.self) } ?? "drop.example.net"
    let known = KnownHosts(text: text)
    let lineCount = text.split(omittingEmptySubsequences: false) { $0.isNewline }.count
    let lines = known.unreadableLines
    try promise(
      zip(lines, lines.dropFirst()).allSatisfy(<) && lines.allSatisfy((1...lineCount).contains),
      "unreadable lines \(lines) of \(lineCount)")
    try promise(known.count + lines.count <= lineCount, "\(known.count) keys of \(lineCount) lines")
    for port in [22, 2222] as [UInt16] {
      try check(known, text, lineCount, host, port)
    }
  }

  private static func check(
    _ known: KnownHosts, _ text: String, _ lineCount: Int, _ host: String, _ port: UInt16
  ) throws(BrokenPromise) {
    _ = known.keyTypes(host: host, port: port)
    let verdict = known.verdict(host: host, port: port, key: key)
    switch verdict {
    case .listed(let line), .revoked(let line), .otherKey(let line):
      try promise((1...lineCount).contains(line), "\(verdict) of \(lineCount) lines")
    case .unknown: break
    }
    let more = KnownHosts(text: text + "\nthis is no line\n@marker * x y\n|1|a|b ssh-ed25519 AAAA")
    try promise(
      more.verdict(host: host, port: port, key: key) == verdict,
      "lines that nobody can read change \(verdict)")
    let revoked = KnownHosts(text: text + "\n@revoked * \(entry)")
    let other = revoked.verdict(host: host, port: port, key: key)
    if case .revoked = other { return }
    throw BrokenPromise(description: "a revoked key is \(other)")
  }

  static let entry =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"

  /// The key of `entry`.
  static let key: HostKey = {
    let name = Array("ssh-ed25519".utf8)
    let blob = [0, 0, 0, 11] + name + [0, 0, 0, 32] + [UInt8](repeating: 1, count: 32)
    guard let key = HostKey(blob: blob) else { preconditionFailure("no key") }
    return key
  }()
}
