import SSH

/// The hosts of one line of known_hosts, and behind a line feed the host that is looked for; beside a
/// plain matcher that is right because it is simple.
enum HostPatternInput {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    let lines = bytes.prefix(400).split(separator: 0x0a, maxSplits: 1)
    guard lines.count == 2 else { return }
    let hosts = String(decoding: lines[0], as: UTF8.self)
    let host = String(decoding: lines[1], as: UTF8.self)
    // What is no one field of one line is not about patterns.
    let isField = hosts.allSatisfy { !$0.isWhitespace } && !["#", "@", "|"].contains(hosts.first)
    guard isField else { return }
    let known = KnownHosts(text: "\(hosts) \(KnownHostsInput.entry)")
    let verdict = known.verdict(host: host, port: 22, key: KnownHostsInput.key)
    guard known.count == 1 else {
      try promise(verdict == .unknown, "a line that nobody can read is \(verdict)")
      return
    }
    let name = Array(host.lowercased().utf8)
    let globs = hosts.split(separator: ",")
    let isExcluded = globs.contains { $0.hasPrefix("!") && matches(name, $0.dropFirst()) }
    let isListed = !isExcluded && globs.contains { !$0.hasPrefix("!") && matches(name, $0) }
    try promise(
      verdict == (isListed ? .listed(line: 1) : .unknown), "\(hosts) for \(host) is \(verdict)")
  }

  /// Row by row of the table of all beginnings.
  private static func matches(_ name: [UInt8], _ pattern: Substring) -> Bool {
    var row = [true] + [Bool](repeating: false, count: name.count)
    for byte in pattern.lowercased().utf8 {
      var next = [Bool](repeating: false, count: name.count + 1)
      let isStar = byte == UInt8(ascii: "*")
      next[0] = isStar && row[0]
      for index in name.indices {
        next[index + 1] =
          isStar
          ? next[index] || row[index + 1]
          : row[index] && (byte == UInt8(ascii: "?") || byte == name[index])
      }
      row = next
    }
    return row[name.count]
  }
}
