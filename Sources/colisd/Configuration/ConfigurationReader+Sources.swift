import Carrier
import Foundation
import Ingest
import SSH

// The sections of sources, and how they are polled.
extension ConfigurationReader {
  /// Reads `source`, or the list `sources`.
  /// - Parameters:
  ///   - poll: for sources that say nothing else.
  ///   - layout: the same.
  func sources(
    _ root: YAMLSection, _ poll: Configuration.Poll, _ layout: Configuration.LayoutChoice
  ) -> [Configuration.Source] {
    guard root.has("sources") else {
      return [source(root.requiredSection("source"), poll, layout)]
    }
    if root.has("source") {
      root.fail("sources", "cannot stand beside source: move that one into the list")
      _ = source(root.requiredSection("source"), poll, layout)
    }
    let sections = root.sections("sources") ?? []
    if sections.isEmpty, !root.isRefused("sources") {
      root.fail("sources", "is empty: name at least one source")
    }
    let sources = sections.map { section in
      if !section.has("name") { section.missing("name") }
      return source(section, poll, layout)
    }
    refuseEqualNames(sources.map(\.name), sections, of: "source")
    // Where none can be read, a stand-in keeps all else readable.
    guard sources.isEmpty else { return sources }
    return [
      source(YAMLSection(node: nil, name: "sources", problems: ProblemList(file: "")), poll, layout)
    ]
  }

  /// - Parameters:
  ///   - names: one for each section.
  ///   - what: what has them.
  func refuseEqualNames(_ names: [String], _ sections: [YAMLSection], of what: String) {
    var known: [String: String] = [:]
    for (name, section) in zip(names, sections) where section.has("name") {
      guard !section.isRefused("name") else { continue }
      guard let other = known[name] else {
        known[name] = section.name
        continue
      }
      section.fail("name", "is the name of \(other), too: give each \(what) a name of its own")
    }
  }

  private func source(
    _ section: YAMLSection, _ poll: Configuration.Poll, _ layout: Configuration.LayoutChoice
  ) -> Configuration.Source {
    let host = host(section)
    let privateKey =
      section.sectionOrNothing("private-key") != nil
      ? section.secret("private-key", relativeTo: folder)
      : section.wordValue("private-key").map { value in
        SecretReference(
          source: .file(value.text.path(relativeTo: folder)), key: "\(section.name).private-key",
          file: section.problems.file, place: value.place)
      }
    let passphrase = section.secret("passphrase", relativeTo: folder)
    let password = section.secret("password", relativeTo: folder)
    if section.has("passphrase"), !section.has("private-key") {
      section.fail("passphrase", "has no private-key that it could open")
    }
    let pins = section.texts("host-keys") ?? []
    for pin in pins {
      do throws(HostKeyPolicyError) {
        _ = try HostKeyPolicy(pins: [pin.text])
      } catch {
        section.problems.add("\(section.name).host-keys: \(error)", at: pin.place)
      }
    }
    let knownHosts = section.word("known-hosts")?.path(relativeTo: folder)
    let source = Configuration.Source(
      key: section.name, name: name(section) ?? host, host: host,
      port: UInt16(section.integer("port", 1...65_535) ?? 22),
      username: section.requiredWord("username"), privateKey: privateKey, passphrase: passphrase,
      password: password, pins: pins.map(\.text), knownHosts: knownHosts,
      directory: section.word("directory") ?? ".", isRecursive: section.flag("recursive") ?? false,
      include: patterns(section, "include") ?? Configuration.Source.defaultInclude,
      exclude: patterns(section, "exclude") ?? [".*", "*.tmp", "*.part", "*.filepart"],
      afterIngest: afterIngest(section), grace: section.duration("grace") ?? .seconds(600),
      timeout: section.duration("timeout") ?? .seconds(30),
      connections: section.integer("connections", 1...16) ?? 2,
      allowsLegacyAlgorithms: section.flag("legacy-algorithms") ?? false,
      poll: section.has("poll") ? self.poll(section.section("poll"), otherwise: poll) : poll,
      layout: section.has("layout") ? self.layout(section.section("layout")) : layout)
    if source.timeout < .seconds(1) { section.fail("timeout", "must be at least 1s") }
    section.refuseOtherKeys()
    // Last, when it is known which keys were misspelt.
    let hasNoLogin = section.lacks("private-key", "password")
    let hasNoHostKey =
      pins.isEmpty && knownHosts == nil && !section.isRefused("host-keys")
      && !section.isRefused("known-hosts")
    if hasNoLogin {
      section.problems.add(
        "\(section.name) needs a private-key or a password to log in with", of: section.name,
        at: section.place)
    }
    if hasNoHostKey {
      section.problems.add(
        "\(section.name) needs host-keys or known-hosts, or any server would be trusted: "
          + "ssh-keyscan -t ed25519,ecdsa HOST | ssh-keygen -lf - shows the fingerprints to compare",
        of: section.name, at: section.place)
    }
    return source
  }

  /// The name of a source; nil: it has none of its own.
  private func name(_ section: YAMLSection) -> String? {
    guard let name = section.word("name") else { return nil }
    let isOdd = name.unicodeScalars.contains {
      $0.properties.isWhitespace || $0.properties.generalCategory == .control
    }
    if isOdd || name.utf8.count > 64 {
      section.fail("name", "must be a word of at most 64 bytes without blanks, not \"\(name)\"")
    }
    return name
  }

  private func host(_ section: YAMLSection) -> String {
    let host = section.requiredWord("host")
    let isOdd = host.unicodeScalars.contains {
      $0 == "/" || $0.properties.isWhitespace || $0.properties.generalCategory == .control
    }
    if isOdd {
      section.fail(
        "host", "must be a name or an address without sftp:// and folders, not \"\(host)\"")
    }
    return host
  }

  /// Patterns of file names; an empty list of what to take would take nothing, and for ever.
  private func patterns(_ section: YAMLSection, _ key: String) -> [String]? {
    guard let values = section.texts(key) else { return nil }
    if key == "include", values.isEmpty, !section.isRefused(key) {
      section.fail(
        key,
        "is empty, so no file would ever be read: name a pattern such as \"*.csv\", "
          + "or leave the key out")
    }
    for value in values where value.text.isEmpty {
      section.problems.add(
        "\(section.name).\(key) has an empty pattern, which fits no file: remove it",
        at: value.place)
    }
    if key == "exclude", let all = values.first(where: { $0.text == "*" }) {
      section.problems.add(
        "\(section.name).exclude has \"*\", so no file would ever be read: remove it", at: all.place
      )
    }
    return values.map(\.text)
  }

  private func afterIngest(_ section: YAMLSection) -> AfterIngest.Action {
    guard section.has("after-ingest") else { return .leave }
    guard let move = section.sectionOrNothing("after-ingest") else {
      return section.choice("after-ingest", [("leave", .leave), ("delete", .delete)]) ?? .leave
    }
    let target = move.requiredWord("move")
    move.refuseOtherKeys()
    guard !move.isRefused("move") else { return .leave }
    let components = target.split(separator: "/", omittingEmptySubsequences: false)
    if components.contains(where: { ["", ".", ".."].contains($0) }) {
      move.fail("move", "must be a folder below \(section.name).directory, such as archive")
    }
    return .move(to: target)
  }

  /// - Parameter others: what counts where the section says nothing.
  func poll(
    _ section: YAMLSection?, otherwise others: Configuration.Poll = .usual
  ) -> Configuration.Poll {
    let interval = section?.duration("interval") ?? others.interval
    if interval < .seconds(1) { section?.fail("interval", "must be at least 1s") }
    // One that is below the interval counts as the interval: `BackOff`.
    let poll = Configuration.Poll(
      interval: interval, longestBackOff: section?.duration("max-backoff") ?? others.longestBackOff,
      settle: settle(section, otherwise: others.settle))
    section?.refuseOtherKeys()
    return poll
  }

  private func settle(
    _ section: YAMLSection?, otherwise others: SettleRule
  ) -> SettleRule {
    if let sidecar = section?.sectionOrNothing("settle") {
      return self.sidecar(sidecar) ?? others
    }
    guard let value = section?.value("settle") else { return others }
    switch value.text {
    case "listing": return .listing
    case "none": return .none
    default:
      guard let age = Duration(configuration: value.text), age >= .seconds(1) else {
        section?.fail(
          "settle",
          "must be listing, none, an age such as 10s or { sidecar: \"*.ok\" }, "
            + "not \"\(value.text)\"")
        return others
      }
      return .age(age)
    }
  }

  private func sidecar(_ section: YAMLSection) -> SettleRule? {
    let text = section.requiredWord("sidecar")
    section.refuseOtherKeys()
    guard !section.isRefused("sidecar") else { return nil }
    guard let pattern = SidecarPattern(text) else {
      section.fail(
        "sidecar",
        "must have one * for the file's name and something beside it, such as \"*.ok\", "
          + "not \"\(text)\"")
      return nil
    }
    return .sidecar(pattern)
  }
}
