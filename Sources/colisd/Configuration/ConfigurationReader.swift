import Foundation
import Ingest
import SSH

extension Configuration {
  /// Reads and checks the file; relative paths in it are relative to its folder.
  /// - Throws: all faults at once.
  package static func read(_ path: String) throws(ConfigurationError) -> Configuration {
    let problems = ProblemList(file: path)
    let root = try YAMLFile(path: path, problems: problems).root
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
    let directory = contracts?.text("directory") ?? "contracts.d"
    let skips = contracts?.choice("unknown-accounts", [("hold", false), ("skip", true)])
    contracts?.refuseOtherKeys()
    root.refuseOtherKeys()
    try problems.throwIfAny()
    return Configuration(
      path: path, source: source, poll: poll, layout: layout, statusMapFile: statusMap,
      contractsDirectory: directory.path(relativeTo: path.folder),
      skipsUnknownAccounts: skips ?? false, heldRetention: heldRetention, store: store, log: log,
      warnings: warnings)
  }
}

/// Reads the sections of `colisd.yaml`; faults go to the section's list, and defaults go on.
private struct ConfigurationReader {
  let folder: String

  func source(_ section: YAMLSection) -> Configuration.Source {
    let privateKey =
      section.sectionOrNothing("private-key") != nil
      ? section.secret("private-key", relativeTo: folder)
      : section.value("private-key").map { value in
        SecretReference(
          source: .file(value.text.path(relativeTo: folder)), key: "source.private-key",
          file: section.problems.file, place: value.place)
      }
    let passphrase = section.secret("passphrase", relativeTo: folder)
    let password = section.secret("password", relativeTo: folder)
    if !section.has("private-key"), !section.has("password") {
      section.problems.add(
        "source needs a private-key or a password to log in with", at: section.place)
    }
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
    let knownHosts = section.text("known-hosts")?.path(relativeTo: folder)
    if pins.isEmpty, knownHosts == nil {
      section.problems.add(
        "source needs host-keys or known-hosts, or any server would be trusted: "
          + "ssh-keyscan HOST | ssh-keygen -lf - shows the fingerprints to compare",
        at: section.place)
    }
    let source = Configuration.Source(
      host: section.required("host"), port: UInt16(section.integer("port", 1...65_535) ?? 22),
      username: section.required("username"), privateKey: privateKey, passphrase: passphrase,
      password: password, pins: pins.map(\.text), knownHosts: knownHosts,
      directory: section.text("directory") ?? ".", isRecursive: section.flag("recursive") ?? false,
      include: section.texts("include")?.map(\.text) ?? ["*.csv", "*.csv.gz"],
      exclude: section.texts("exclude")?.map(\.text) ?? [".*", "*.tmp", "*.part", "*.filepart"],
      afterIngest: afterIngest(section), timeout: section.duration("timeout") ?? .seconds(30),
      connections: section.integer("connections", 1...16) ?? 2,
      allowsLegacyAlgorithms: section.flag("legacy-algorithms") ?? false)
    if source.timeout < .seconds(1) { section.fail("timeout", "must be at least 1s") }
    section.refuseOtherKeys()
    return source
  }

  private func afterIngest(_ section: YAMLSection) -> DropSource.AfterIngest {
    guard section.has("after-ingest") else { return .leave }
    guard let move = section.sectionOrNothing("after-ingest") else {
      return section.choice("after-ingest", [("leave", .leave), ("delete", .delete)]) ?? .leave
    }
    let target = move.required("move")
    move.refuseOtherKeys()
    let components = target.split(separator: "/", omittingEmptySubsequences: false)
    if components.contains(where: { ["", ".", ".."].contains($0) }) {
      move.fail("move", "must be a folder below source.directory, such as archive")
    }
    return .move(to: target)
  }

  func poll(_ section: YAMLSection?) -> Configuration.Poll {
    let interval = section?.duration("interval") ?? .seconds(60)
    if interval < .seconds(1) { section?.fail("interval", "must be at least 1s") }
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
    guard let file = section?.text("file") else { return .builtIn }
    if name != nil { section?.fail("file", "cannot stand beside layout.name") }
    return .file(file.path(relativeTo: folder))
  }

  func statusMap(_ section: YAMLSection?) -> String? {
    defer { section?.refuseOtherKeys() }
    return section?.required("file").path(relativeTo: folder)
  }

  func store(_ section: YAMLSection?) -> Configuration.StoreLocation {
    defer { section?.refuseOtherKeys() }
    let url = section?.text("url") ?? "sqlite:/var/lib/colisd/colisd.db"
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
    for key in ["events", "raw"] { _ = section?.duration(key) }
    defer { section?.refuseOtherKeys() }
    return section?.duration("held")
  }
}
