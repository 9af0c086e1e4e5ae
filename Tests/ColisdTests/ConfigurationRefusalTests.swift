import Foundation
import TestSupport
import Testing

/// A fault of the configuration is named by file, line and column, and nothing is begun.
@Suite struct ConfigurationRefusalTests {
  /// What is put where in a configuration that is good, and what colisd has to say of it.
  struct Fault: Sendable, CustomTestStringConvertible {
    var name: String
    var old = ""
    var new: String
    /// Line and column.
    var place: String
    /// What the sentence contains.
    var words: [String]
    var testDescription: String { name }
  }

  static let good = """
    source:
      host: 127.0.0.1
      port: 22
      username: dupont
      password: { env: DROP_PASSWORD }
      host-keys: ["SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
    poll:
      interval: 60s
    status-map: { file: status-map.yaml }
    store: { url: "sqlite:colisd.db" }

    """

  static let faults = [
    Fault(
      name: "unknown key", old: "  username:", new: "  user-name:", place: "4:3",
      words: ["source.user-name", "did you mean username?"]),
    Fault(
      name: "unknown section", old: "poll:", new: "pol:", place: "7:1",
      words: ["pol", "did you mean poll?"]),
    Fault(
      name: "key that resembles none", old: "  port: 22", new: "  zzzzzzzz: 22", place: "3:3",
      words: ["unknown key source.zzzzzzzz"]),
    Fault(
      name: "missing field", old: "  host: 127.0.0.1\n", new: "", place: "2:3",
      words: ["source.host is missing"]),
    Fault(
      name: "missing section", old: "source:", new: "sauce:", place: "1:1",
      words: ["source"]),
    Fault(
      name: "field without a value", old: "username: dupont", new: "username:", place: "4:12",
      words: ["source.username has no value"]),
    Fault(
      name: "duplicate key", old: "  port: 22\n", new: "  port: 22\n  port: 23\n", place: "3:3",
      words: ["port", "twice"]),
    Fault(
      name: "text for a number", old: "port: 22", new: "port: many", place: "3:9",
      words: ["source.port", "1 to 65535", "\"many\""]),
    Fault(
      name: "text for a flag", old: "  port: 22", new: "  legacy-algorithms: yes", place: "3:22",
      words: ["source.legacy-algorithms", "must be true or false, not \"yes\""]),
    Fault(
      name: "number out of range", old: "port: 22", new: "port: 70000", place: "3:9",
      words: ["source.port", "70000"]),
    Fault(
      name: "list for a value", old: "username: dupont", new: "username: [dupont]", place: "4:13",
      words: ["source.username", "one value"]),
    Fault(
      name: "value for a section", old: "poll:\n  interval: 60s", new: "poll: 60s", place: "7:7",
      words: ["poll must have keys and values"]),
    Fault(
      name: "time without a unit", old: "interval: 60s", new: "interval: 60", place: "8:13",
      words: ["poll.interval", "30s", "\"60\""]),
    Fault(
      name: "unknown word", old: "interval: 60s", new: "settle: sometimes", place: "8:11",
      words: ["poll.settle", "listing", "sidecar", "sometimes"]),
    Fault(
      name: "sidecar without a star", old: "interval: 60s", new: "settle: { sidecar: ok }",
      place: "8:22", words: ["poll.settle.sidecar", "*.ok"]),
    Fault(
      name: "other key beside a sidecar", old: "interval: 60s",
      new: "settle: { sidecar: \"*.ok\", age: 1s }", place: "8:30", words: ["age"]),
    Fault(
      name: "word for a flag", old: "port: 22", new: "recursive: yes", place: "3:14",
      words: ["source.recursive", "true or false", "\"yes\""]),
    Fault(
      name: "unknown choice", old: "port: 22", new: "after-ingest: archive", place: "3:17",
      words: ["after-ingest", "leave, delete", "\"archive\""]),
    Fault(
      name: "archive outside of the drop", old: "port: 22", new: "after-ingest: { move: ../x }",
      place: "3:25", words: ["after-ingest.move", "below source.directory"]),
    Fault(
      name: "secret in plain text", old: "{ env: DROP_PASSWORD }", new: "hunter2-in-plain-text",
      place: "5:13", words: ["source.password", "must not hold the secret itself", "file"]),
    Fault(
      name: "secret from two places", old: "{ env: DROP_PASSWORD }", new: "{ env: A, file: b }",
      place: "5:13", words: ["source.password", "exactly one"]),
    Fault(
      name: "secret from nowhere", old: "{ env: DROP_PASSWORD }", new: "{ environment: A }",
      place: "5:15", words: ["source.password.environment"]),
    Fault(
      name: "no login", old: "  password: { env: DROP_PASSWORD }\n", new: "", place: "2:3",
      words: ["private-key", "password"]),
    Fault(
      name: "any server",
      old: "  host-keys: [\"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"]\n",
      new: "", place: "2:3", words: ["host-keys", "known-hosts"]),
    Fault(
      name: "pin that is none", old: "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      new: "MD5:00:11", place: "6:15", words: ["source.host-keys", "SHA256:"]),
    Fault(
      name: "anchor", old: "username: dupont", new: "username: &a dupont", place: "4:13",
      words: ["anchors and aliases are not allowed"]),
    Fault(
      name: "alias", old: "  port: 22\n", new: "  x: &a 22\n  port: *a\n", place: "3:6",
      words: ["anchors and aliases are not allowed"]),
    Fault(
      name: "tag", old: "port: 22", new: "port: !!int 22", place: "3:9",
      words: ["tags are not allowed"]),
    Fault(
      name: "broken syntax", old: "  username: dupont", new: "  username: \"dupont", place: "6:16",
      words: ["key"]),
    Fault(
      name: "store of another kind", old: "sqlite:colisd.db", new: "mysql://h/db", place: "10:15",
      words: ["store.url", "sqlite:PATH"]),
    Fault(
      name: "two layouts", old: "poll:\n  interval: 60s\n",
      new: "layout:\n  name: colisprive\n  file: layouts/fixed-width.yaml\n", place: "9:9",
      words: ["layout.file", "layout.name"]),
    Fault(
      name: "host of nothing", old: "host: 127.0.0.1", new: "host: \"\"", place: "2:9",
      words: ["source.host must not be empty"]),
    Fault(
      name: "host with a scheme", old: "host: 127.0.0.1", new: "host: sftp://h/out", place: "2:9",
      words: ["source.host", "without sftp://"]),
    Fault(
      name: "user of blanks", old: "username: dupont", new: "username: \" \"", place: "4:13",
      words: ["source.username must not be empty"]),
    Fault(
      name: "port zero", old: "port: 22", new: "port: 0", place: "3:9", words: ["1 to 65535"]),
    Fault(
      name: "directory of nothing", old: "port: 22", new: "directory: \"\"", place: "3:14",
      words: ["source.directory must not be empty"]),
    Fault(
      name: "nothing to include", old: "port: 22", new: "include: []", place: "3:12",
      words: ["source.include", "no file would ever be read"]),
    Fault(
      name: "an empty pattern", old: "port: 22", new: "include: [\"*.csv\", \"\"]", place: "3:22",
      words: ["source.include", "empty pattern"]),
    Fault(
      name: "everything excluded", old: "port: 22", new: "exclude: [\"*\"]", place: "3:13",
      words: ["source.exclude", "no file would ever be read"]),
    Fault(
      name: "polls without a pause", old: "interval: 60s", new: "interval: 0s", place: "8:13",
      words: ["poll.interval", "at least 1s"]),
    Fault(
      name: "held rows thrown away", old: "poll:\n  interval: 60s\n",
      new: "retention: { held: 0s }\n", place: "7:20",
      words: ["retention.held", "throw away all held rows at once"]),
    Fault(
      name: "events thrown away", old: "poll:\n  interval: 60s\n",
      new: "retention: { events: 0d }\n", place: "7:22", words: ["retention.events"]),
    Fault(
      name: "store in no file", old: "sqlite:colisd.db", new: "sqlite:store/", place: "10:15",
      words: ["store.url", "name the file"]),
    Fault(
      name: "password in the URL of the store", old: "sqlite:colisd.db",
      new: "postgresql://colisd:hunter2@h/db", place: "10:15",
      words: ["store.url has a password", "store.password: { file"]),
    Fault(
      name: "password with a slash", old: "sqlite:colisd.db",
      new: "postgresql://colisd:hunter2/x@h/db", place: "10:15",
      words: ["store.url has a password"]),
    Fault(
      name: "password with a question mark", old: "sqlite:colisd.db",
      new: "postgresql://colisd:hunter2?x@h/db", place: "10:15",
      words: ["store.url has a password"]),
    Fault(
      name: "password among the parameters", old: "sqlite:colisd.db",
      new: "postgres://h/db?sslmode=require&pass%77ord=hunter2", place: "10:15",
      words: ["store.url has a password"]),
    Fault(
      name: "no server of PostgreSQL", old: "sqlite:colisd.db", new: "postgresql:hunter2",
      place: "10:15", words: ["store.url must be a URL such as postgresql://"]),
    Fault(
      name: "password in a URL of another kind", old: "sqlite:colisd.db",
      new: "mysql://colisd:hunter2@h/db", place: "10:15", words: ["\"mysql:…\""]),
    Fault(
      name: "password of the store in plain text", old: "\"sqlite:colisd.db\"",
      new: "\"postgresql://h/db\", password: hunter2", place: "10:46",
      words: ["store.password must not hold the secret itself"]),
    Fault(
      name: "replica of another kind", old: "\"sqlite:colisd.db\"",
      new: "\"postgresql://h/db\", read-url: \"sqlite:x\"", place: "10:46",
      words: ["store.read-url must be a URL such as postgresql://"]),
    Fault(
      name: "password of a store in a file", old: "\"sqlite:colisd.db\"",
      new: "\"sqlite:colisd.db\", password: { env: A }", place: "10:45",
      words: ["store.password is for a store on PostgreSQL alone"]),
    Fault(
      name: "replica of a store in a file", old: "\"sqlite:colisd.db\"",
      new: "\"sqlite:colisd.db\", read-url: postgresql://h/db", place: "10:45",
      words: ["store.read-url is for a store on PostgreSQL alone"]),
    Fault(
      name: "map of nothing", old: "file: status-map.yaml", new: "file: \"\"", place: "9:21",
      words: ["status-map.file must not be empty"]),
    Fault(
      name: "tab", old: "  port: 22", new: "\tport: 22", place: "3:1",
      words: ["a tab stands in front", "blanks"]),
    Fault(
      name: "indented too far", old: "  port: 22", new: "    port: 22", place: "3:9",
      words: ["indented further than its section"]),
    Fault(
      name: "indented too little", old: "  port: 22", new: " port: 22", place: "3:2",
      words: ["does not stand below the one before it", "same number of blanks"]),
    Fault(
      name: "no colon", old: "  port: 22", new: "  port 22", place: "4:3",
      words: ["write key: value"]),
    Fault(
      name: "two values in a line", old: "  port: 22", new: "  port: 22: 23", place: "3:11",
      words: ["a second \": \""]),
    Fault(
      name: "bracket that is not closed", old: "{ file: status-map.yaml }",
      new: "{ file: status-map.yaml", place: "10:6", words: ["{ } is not closed"]),
    Fault(
      name: "heartbeat of another scheme", old: "poll:\n  interval: 60s\n",
      new: "heartbeat: { url: ftp://h/hunter2 }\n", place: "7:19",
      words: ["heartbeat.url", "http:// or https://"]),
    Fault(
      name: "heartbeat without a host", old: "poll:\n  interval: 60s\n",
      new: "heartbeat: { url: \"https:///hunter2\" }\n", place: "7:19",
      words: ["heartbeat.url", "with a host"]),
    Fault(
      name: "heartbeat with letters beyond ASCII", old: "poll:\n  interval: 60s\n",
      new: "heartbeat: { url: https://h/hunter2é }\n", place: "7:19",
      words: ["heartbeat.url has letters", "percent-encoded, such as %C3%A9 for é"]),
    Fault(
      name: "heartbeat without a URL", old: "poll:\n  interval: 60s\n",
      new: "heartbeat: { every: 5m }\n", place: "7:12", words: ["heartbeat.url is missing"]),
    Fault(
      name: "heartbeat without a pause", old: "poll:\n  interval: 60s\n",
      new: "heartbeat: { url: http://h/, every: 0s }\n", place: "7:37",
      words: ["heartbeat.every", "at least 1s"]),
    Fault(
      name: "heartbeat with another key", old: "poll:\n  interval: 60s\n",
      new: "heartbeat: { url: http://h/, evry: 5m }\n", place: "7:30",
      words: ["heartbeat.evry", "did you mean every?"]),
    Fault(
      name: "an address that other machines reach, without a token",
      old: "poll:\n  interval: 60s\n",
      new: "http: { listen: [\"127.0.0.1:9464\", \"0.0.0.0:9464\"] }\n", place: "7:17",
      words: ["http.listen", "0.0.0.0:9464", "set http.token"]),
    Fault(
      name: "every address of version 6, without a token", old: "poll:\n  interval: 60s\n",
      new: "http: { listen: [\"[::]:9464\"] }\n", place: "7:17",
      words: ["http.listen", "[::]:9464", "set http.token"]),
    Fault(
      name: "unknown log level", old: "poll:\n  interval: 60s\n", new: "log: { level: loud }\n",
      place: "7:15", words: ["log.level", "info", "\"loud\""]),
  ]

  @Test(arguments: faults)
  func aFaultIsNamedByItsPlace(_ fault: Fault) async throws {
    let workspace = try Workspace()
    try #require(fault.old.isEmpty || Self.good.contains(fault.old))
    try workspace.folder.write("colisd.yaml", Self.good.replacing(fault.old, with: fault.new))
    let run = try await workspace.run("--drain", environment: ["DROP_PASSWORD": "s3cret"])
    #expect(run.status == Exit.configuration)
    let place = "\(workspace.configuration):\(fault.place): "
    let line = run.logLines.first { $0.contains(place) }
    #expect(line != nil, "\(fault.place): \(run.standardError)")
    for word in fault.words { #expect(line?.contains(word) == true, "\(run.standardError)") }
    #expect(!run.standardError.contains("hunter2"), "a secret is not repeated")
    #expect(run.standardOutput.isEmpty)
    #expect(!workspace.folder.holds("colisd.db"), "nothing is begun")

    let check = try await workspace.run("check", environment: ["DROP_PASSWORD": "s3cret"])
    #expect(check.status == Exit.configuration)
    #expect(check.standardOutput.contains("error  \(place)"), "\(check.standardOutput)")
    let errors = check.lines.filter {
      $0.contains("\(workspace.configuration):") && $0.hasPrefix("error")
    }
    #expect(errors.count == 1, "one error a mistake: \(check.standardOutput)")
    let json = try await workspace.run("check", "--json")
    #expect(try JSONValue(json.standardOutput).ok == false)
  }

  @Test func theGoodOneIsGood() async throws {
    let workspace = try Workspace()
    try FileManager.default.removeItem(
      atPath: workspace.folder.file("contracts.d/comptoir-nantes.yaml"))
    try workspace.folder.write("colisd.yaml", Self.good)
    let check = try await workspace.run("check", environment: ["DROP_PASSWORD": "s3cret"])
    #expect(check.status == Exit.done, "\(check.standardOutput)")
    #expect(!check.standardOutput.contains("error"))
  }

  @Test func theSamplesConfigurationIsAccepted() async throws {
    let workspace = try Workspace()
    let sample = try String(contentsOf: samples.appending(path: "colisd.yaml"), encoding: .utf8)
    try workspace.folder.write("colisd.yaml", sample)
    let check = try await workspace.run("check", "--json")
    // What is wrong with it is only what this machine lacks: the key, and a contract on purpose.
    let faults = try JSONValue(check.standardOutput).findings.elements.filter { $0.ok == false }
    #expect(
      faults.existAndAll {
        let text = $0.text.string ?? ""
        return text.contains("/etc/colisd/id_ed25519") || text.contains("comptoir-nantes.yaml")
          || text.contains("/var/lib/colisd")
      }, "\(faults)")
  }

  @Test func allFaultsAreNamedAtOnce() async throws {
    let workspace = try Workspace()
    try workspace.folder.write(
      "colisd.yaml",
      Self.good.replacing("port: 22", with: "port: x").replacing(
        "interval: 60s", with: "interval: x")
    )
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.configuration)
    #expect(run.standardError.contains(":3:9:") && run.standardError.contains(":8:13:"))
  }

  @Test func aConfigurationThatIsNotThereIsNamed() async throws {
    let result = try await TestSupport.run(
      Program.path(), arguments: ["--drain", "--config", "/nowhere/colisd.yaml"],
      environment: Program.environment())
    #expect(result.status == Exit.configuration)
    #expect(result.standardError.contains("/nowhere/colisd.yaml"))
    #expect(result.standardError.contains("No such file"))
  }

  @Test func aSecretThatOthersCanReadIsRefused() async throws {
    let workspace = try Workspace()
    _ = try workspace.secret("drop.password", "s3cret")
    try chmod(0o644, workspace.folder.file("secrets/drop.password"))
    try workspace.folder.write(
      "colisd.yaml",
      Self.good.replacing("{ env: DROP_PASSWORD }", with: "{ file: secrets/drop.password }"))
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.configuration)
    #expect(run.standardError.contains("colisd.yaml:5:13: source.password:"))
    #expect(run.standardError.contains("chmod 600"))
  }

  @Test(arguments: [
    ("{ env: NO_SUCH_VARIABLE }", "NO_SUCH_VARIABLE is not set"),
    ("{ file: secrets/none }", "No such file"),
    ("{ credential: drop }", "LoadCredential="),
  ])
  func aSecretThatIsNotThereIsNamed(_ secret: String, _ words: String) async throws {
    let workspace = try Workspace()
    try workspace.folder.write(
      "colisd.yaml", Self.good.replacing("{ env: DROP_PASSWORD }", with: secret))
    let run = try await workspace.run("--drain")
    #expect(run.status == Exit.configuration)
    #expect(run.standardError.contains("colisd.yaml:5:13: "), "\(run.standardError)")
    #expect(run.standardError.contains(words), "\(run.standardError)")
  }
}
