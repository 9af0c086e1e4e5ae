import Foundation
import Ingest
import SSH

extension Configuration {
  /// Reads and checks the file; relative paths in it are relative to its folder.
  /// - Throws: all faults at once.
  package static func read(_ path: String) throws(ConfigurationError) -> Configuration {
    let reading = try ConfigurationReading(path)
    if !reading.problems.isEmpty { throw ConfigurationError(reading.problems) }
    return reading.configuration
  }
}

/// What a file says, also where something is wrong with it; `colisd check` goes on with the rest.
struct ConfigurationReading {
  /// Where something is wrong, defaults stand in its place.
  let configuration: Configuration
  let problems: [ConfigurationProblem]
  /// The keys of what is wrong.
  private let list: ProblemList

  /// - Throws: when the file can't be read as keys and values.
  init(_ path: String) throws(ConfigurationError) {
    list = ProblemList(file: path)
    let root = try YAMLFile(path: path, problems: list).root
    let reader = ConfigurationReader(folder: path.folder)
    let source = reader.source(root.requiredSection("source"))
    let poll = reader.poll(root.section("poll"))
    let layout = reader.layout(root.section("layout"))
    let statusMap = reader.statusMap(root.section("status-map"))
    let contracts = root.section("contracts")
    let store = reader.store(root.section("store"))
    let log = reader.log(root.section("log"))
    var warnings: [String] = []
    if root.has("http") {
      reader.http(root.section("http"))
      warnings.append("http is set, but this version serves no HTTP yet")
    }
    let retention = root.section("retention")
    let heldRetention = reader.heldRetention(retention)
    for key in ["events", "raw"] where retention?.has(key) == true {
      warnings.append("retention.\(key) is set, but this version does not apply it yet")
    }
    let directory = contracts?.word("directory") ?? "contracts.d"
    let skips = contracts?.choice("unknown-accounts", [("hold", false), ("skip", true)])
    contracts?.refuseOtherKeys()
    root.refuseOtherKeys()
    problems = list.problems
    configuration = Configuration(
      path: path, source: source, poll: poll, layout: layout, statusMapFile: statusMap,
      contractsDirectory: directory.path(relativeTo: path.folder),
      skipsUnknownAccounts: skips ?? false, heldRetention: heldRetention, store: store, log: log,
      warnings: warnings)
  }

  /// Whether a part such as `layout` or `contracts.directory` is what the file says.
  func isGood(_ part: String) -> Bool { !list.isRefused(part) }
}

extension Configuration {
  /// What the file says of the log, as far as it can be read; what is wrong with it is told when the
  /// whole of it is read.
  static func readLog(_ path: String) -> Log {
    let problems = ProblemList(file: path)
    guard let root = try? YAMLFile(path: path, problems: problems).root else {
      return Log(format: .auto, level: "info")
    }
    return ConfigurationReader(folder: path.folder).log(root.section("log"))
  }
}

/// Reads the sections of `colisd.yaml`; faults go to the section's list, and defaults go on.
struct ConfigurationReader {
  let folder: String

  func source(_ section: YAMLSection) -> Configuration.Source {
    let privateKey =
      section.sectionOrNothing("private-key") != nil
      ? section.secret("private-key", relativeTo: folder)
      : section.wordValue("private-key").map { value in
        SecretReference(
          source: .file(value.text.path(relativeTo: folder)), key: "source.private-key",
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
        section.problems.add("source.host-keys: \(error)", at: pin.place)
      }
    }
    let knownHosts = section.word("known-hosts")?.path(relativeTo: folder)
    let source = Configuration.Source(
      host: host(section), port: UInt16(section.integer("port", 1...65_535) ?? 22),
      username: section.requiredWord("username"), privateKey: privateKey, passphrase: passphrase,
      password: password, pins: pins.map(\.text), knownHosts: knownHosts,
      directory: section.word("directory") ?? ".", isRecursive: section.flag("recursive") ?? false,
      include: patterns(section, "include") ?? ["*.csv", "*.csv.gz"],
      exclude: patterns(section, "exclude") ?? [".*", "*.tmp", "*.part", "*.filepart"],
      afterIngest: afterIngest(section), grace: section.duration("grace") ?? .seconds(600),
      timeout: section.duration("timeout") ?? .seconds(30),
      connections: section.integer("connections", 1...16) ?? 2,
      allowsLegacyAlgorithms: section.flag("legacy-algorithms") ?? false)
    if source.timeout < .seconds(1) { section.fail("timeout", "must be at least 1s") }
    section.refuseOtherKeys()
    // Last, when it is known which keys were misspelt.
    let hasNoLogin = section.lacks("private-key", "password")
    let hasNoHostKey =
      pins.isEmpty && knownHosts == nil && !section.isRefused("host-keys")
      && !section.isRefused("known-hosts")
    if hasNoLogin {
      section.problems.add(
        "source needs a private-key or a password to log in with", of: "source", at: section.place)
    }
    if hasNoHostKey {
      section.problems.add(
        "source needs host-keys or known-hosts, or any server would be trusted: "
          + "ssh-keyscan HOST | ssh-keygen -lf - shows the fingerprints to compare",
        of: "source", at: section.place)
    }
    return source
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
        "source.\(key) has an empty pattern, which fits no file: remove it", at: value.place)
    }
    if key == "exclude", let all = values.first(where: { $0.text == "*" }) {
      section.problems.add(
        "source.exclude has \"*\", so no file would ever be read: remove it", at: all.place)
    }
    return values.map(\.text)
  }

  private func afterIngest(_ section: YAMLSection) -> DropSource.AfterIngest {
    guard section.has("after-ingest") else { return .leave }
    guard let move = section.sectionOrNothing("after-ingest") else {
      return section.choice("after-ingest", [("leave", .leave), ("delete", .delete)]) ?? .leave
    }
    let target = move.requiredWord("move")
    move.refuseOtherKeys()
    guard !move.isRefused("move") else { return .leave }
    let components = target.split(separator: "/", omittingEmptySubsequences: false)
    if components.contains(where: { ["", ".", ".."].contains($0) }) {
      move.fail("move", "must be a folder below source.directory, such as archive")
    }
    return .move(to: target)
  }

  func poll(_ section: YAMLSection?) -> Configuration.Poll {
    let interval = section?.duration("interval") ?? .seconds(60)
    if interval < .seconds(1) { section?.fail("interval", "must be at least 1s") }
    // One that is below the interval counts as the interval: `BackOff`.
    let poll = Configuration.Poll(
      interval: interval, longestBackOff: section?.duration("max-backoff") ?? .seconds(900),
      settle: settle(section))
    section?.refuseOtherKeys()
    return poll
  }

  private func settle(_ section: YAMLSection?) -> SettleRule {
    guard let value = section?.value("settle") else { return .listing }
    switch value.text {
    case "listing": return .listing
    case "none": return .none
    default:
      guard let age = Duration(configuration: value.text), age >= .seconds(1) else {
        section?.fail(
          "settle", "must be listing, none or an age such as 10s, not \"\(value.text)\"")
        return .listing
      }
      return .age(age)
    }
  }

  func layout(_ section: YAMLSection?) -> Configuration.LayoutChoice {
    defer { section?.refuseOtherKeys() }
    let name = section?.choice("name", [("colisprive", "colisprive")])
    guard let file = section?.word("file") else { return .builtIn }
    if name != nil { section?.fail("file", "cannot stand beside layout.name") }
    return .file(file.path(relativeTo: folder))
  }

  func statusMap(_ section: YAMLSection?) -> String? {
    defer { section?.refuseOtherKeys() }
    return section?.requiredWord("file").path(relativeTo: folder)
  }

  func store(_ section: YAMLSection?) -> Configuration.StoreLocation {
    defer { section?.refuseOtherKeys() }
    let url = section?.word("url") ?? "sqlite:/var/lib/colisd/colisd.db"
    let prefix = "sqlite:"
    guard url.hasPrefix(prefix), url.count > prefix.count else {
      let isPostgreSQL = url.hasPrefix("postgresql:") || url.hasPrefix("postgres:")
      section?.fail(
        "url",
        isPostgreSQL
          ? "asks for PostgreSQL, which this version does not have yet: use sqlite:PATH"
          : "must be sqlite:PATH, not \"\(url)\"")
      return .sqlite(path: "")
    }
    var path = String(url.dropFirst(prefix.count))
    if path.hasPrefix("//") { path = String(path.dropFirst(2)) }
    if path.isEmpty || path.hasSuffix("/") {
      section?.fail(
        "url", "must name the file of the store, such as sqlite:/var/lib/colisd/colisd.db")
    }
    return .sqlite(path: path.path(relativeTo: folder))
  }

  func log(_ section: YAMLSection?) -> Configuration.Log {
    defer { section?.refuseOtherKeys() }
    let format = section?.choice(
      "format",
      [
        ("auto", Configuration.LogFormat.auto), ("text", .text), ("journald", .journald),
        ("json", .json),
      ])
    let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]
    let level = section?.choice("level", levels.map { ($0, $0) })
    return Configuration.Log(format: format ?? .auto, level: level ?? "info")
  }

  func http(_ section: YAMLSection?) {
    _ = section?.required("listen")
    section?.refuseOtherKeys()
  }

  func heldRetention(_ section: YAMLSection?) -> Duration? {
    defer { section?.refuseOtherKeys() }
    var times: [String: Duration] = [:]
    for (key, what) in [("events", "events"), ("held", "held rows"), ("raw", "files")] {
      times[key] = section?.duration(key)
      guard times[key] == .zero else { continue }
      section?.fail(
        key,
        "would throw away all \(what) at once: write a time such as 30d, or leave the key out "
          + "to keep them")
    }
    return times["held"]
  }
}
