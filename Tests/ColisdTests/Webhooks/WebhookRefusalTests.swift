import Foundation
import TestSupport
import Testing

/// Faults of `webhooks:` are named by file, line and column, and no sentence has a URL's path or a secret in it.
@Suite struct WebhookRefusalTests {
  static let webhooks = """
    webhooks:
      - name: shop
        url: https://shop.example.net/hooks/hunter2
        secret: { env: SHOP_SECRET }
        timeout: 15s
      - name: erp
        url: https://erp.example.net/hooks/hunter2
        secret: [{ env: NEW_SECRET }, { env: SHOP_SECRET }]
        allow-networks: [10.1.0.0/16]

    """

  /// Ten lines stand before the webhooks.
  static let good = ConfigurationRefusalTests.good + webhooks

  static let environment = [
    "DROP_PASSWORD": "s3cret", "SHOP_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "NEW_SECRET": "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
  ]

  /// A key of the first endpoint, in line 15.
  private static func fault(
    _ name: String, _ new: String, column: Int, _ words: String...
  ) -> ConfigurationRefusalTests.Fault {
    .init(name: name, old: "timeout: 15s", new: new, place: "15:\(column)", words: words)
  }

  /// Another secret of the first endpoint, in line 14.
  private static func secret(
    _ name: String, _ new: String, column: Int, _ words: String...
  ) -> ConfigurationRefusalTests.Fault {
    .init(
      name: name, old: "secret: { env: SHOP_SECRET }", new: "secret: \(new)",
      place: "14:\(column)", words: words)
  }

  static let faults: [ConfigurationRefusalTests.Fault] = [
    .init(
      name: "no list", old: webhooks, new: "webhooks: shop\n", place: "11:11",
      words: ["webhooks must be a list"]),
    .init(
      name: "an empty list", old: webhooks, new: "webhooks: []\n", place: "11:11",
      words: ["webhooks is empty", "leave webhooks out"]),
    .init(
      name: "a list of values", old: webhooks, new: "webhooks: [shop]\n", place: "11:12",
      words: ["webhooks must be a list of keys and values"]),
    .init(
      name: "no name", old: "name: shop\n    url", new: "url", place: "12:5",
      words: ["webhooks[0].name is missing"]),
    .init(
      name: "blanks in a name", old: "name: shop", new: "name: my shop", place: "12:11",
      words: ["webhooks[0].name", "letters, digits", "\"my shop\""]),
    .init(
      name: "a long name", old: "name: shop", new: "name: " + String(repeating: "a", count: 65),
      place: "12:11", words: ["webhooks[0].name", "at most 64"]),
    .init(
      name: "a name like an option", old: "name: shop", new: "name: -rf", place: "12:11",
      words: ["webhooks[0].name must begin with a letter or a digit", "\"-rf\""]),
    .init(
      name: "a name like a folder", old: "name: shop", new: "name: ..", place: "12:11",
      words: ["webhooks[0].name must begin with a letter or a digit", "\"..\""]),
    .init(
      name: "a name that nobody sees", old: "name: shop", new: "name: .", place: "12:11",
      words: ["webhooks[0].name must begin with a letter or a digit", "\".\""]),
    .init(
      name: "one name twice", old: "name: erp", new: "name: shop", place: "16:11",
      words: ["webhooks[1].name is the name of webhooks[0], too", "each endpoint"]),
    .init(
      name: "no URL", old: "    url: https://shop.example.net/hooks/hunter2\n", new: "",
      place: "12:5", words: ["webhooks[0].url is missing"]),
    .init(
      name: "no scheme", old: "https://shop.", new: "shop.", place: "13:10",
      words: ["webhooks[0].url must be an https:// URL with a host"]),
    .init(
      name: "another scheme", old: "https://shop.", new: "ftp://shop.", place: "13:10",
      words: ["webhooks[0].url must be an https:// URL"]),
    .init(
      name: "letters beyond ASCII in the host", old: "https://shop.", new: "https://bücher.",
      place: "13:10",
      words: ["webhooks[0].url has letters", "punycode, xn--bcher-kva.example.net"]),
    .init(
      name: "letters beyond ASCII in the path", old: "net/hooks/hunter2\n    secret: { env",
      new: "net/hooks/hunter2é\n    secret: { env", place: "13:10",
      words: ["webhooks[0].url has letters", "percent-encoded, such as %C3%A9 for é"]),
    .init(
      name: "no TLS", old: "https://shop.", new: "http://shop.", place: "13:10",
      words: ["webhooks[0].url begins with http://", "webhooks[0].allow-networks"]),
    .init(
      name: "no TLS beyond its networks", old: "https://erp.example.net",
      new: "http://192.0.2.1", place: "17:10",
      words: ["webhooks[1].url", "in none of the networks", "webhooks[1].allow-networks"]),
    .init(
      name: "a password in the URL", old: "https://shop.", new: "https://me:hunter2@shop.",
      place: "13:10", words: ["webhooks[0].url has a user or a password", "signatures"]),
    .init(
      name: "port 0", old: "https://shop.example.net", new: "https://shop.example.net:0",
      place: "13:10", words: ["webhooks[0].url has a port", "from 1 to 65535"]),
    .init(
      name: "a port beyond the last", old: "https://shop.example.net",
      new: "https://shop.example.net:65536", place: "13:10",
      words: ["webhooks[0].url has a port", "from 1 to 65535"]),
    .init(
      name: "a port that is no number of any size", old: "https://shop.example.net",
      new: "https://shop.example.net:99999999999999999999", place: "13:10",
      words: ["webhooks[0].url has a port"]),
    .init(
      name: "loopback", old: "https://shop.example.net", new: "https://127.0.0.1:8080",
      place: "13:10", words: ["webhooks[0].url", "is loopback", "webhooks[0].allow-networks"]),
    .init(
      name: "loopback of version 6", old: "https://shop.example.net", new: "https://[::1]",
      place: "13:10", words: ["webhooks[0].url", "is loopback"]),
    .init(
      name: "no network", old: "10.1.0.0/16", new: "10.1.0.1/16", place: "19:22",
      words: ["webhooks[1].allow-networks", "is it 10.1.0.0/16?"]),
    .init(
      name: "misspelt networks of a URL without TLS",
      old: String(webhooks.split(separator: "name: erp\n")[1]),
      new: """
            url: http://erp.example.net/hooks/hunter2
            secret: { env: SHOP_SECRET }
            allow-network: [10.1.0.0/16]

        """, place: "19:5",
      words: ["webhooks[1].allow-network;", "did you mean allow-networks?"]),
    .init(
      name: "no secret", old: "    secret: { env: SHOP_SECRET }\n", new: "", place: "12:5",
      words: ["webhooks[0].secret is missing"]),
    secret("a secret in plain text", "hunter2", column: 13, "must not hold the secret itself"),
    secret("one in a list", "[hunter2]", column: 14, "must not hold the secret itself"),
    secret("no secrets in a list", "[]", column: 13, "webhooks[0].secret is empty"),
    secret(
      "three secrets", "[{ env: SHOP_SECRET }, { env: SHOP_SECRET }, { env: SHOP_SECRET }]",
      column: 58, "webhooks[0].secret has 3 secrets", "2 are the most"),
    secret(
      "another key of a secret", "[{ envv: SHOP_SECRET }]", column: 16,
      "webhooks[0].secret[0].envv", "did you mean env?"),
    secret("two places", "{ env: A, file: b }", column: 13, "webhooks[0].secret needs exactly one"),
    secret(
      "two places in a list", "[{ env: SHOP_SECRET }, { env: A, file: b }]", column: 36,
      "webhooks[0].secret[1] needs exactly one"),
    secret(
      "a secret that is not there", "[{ env: SHOP_SECRET }, { env: NOBODYS }]", column: 36,
      "webhooks[0].secret[1]", "NOBODYS is not set"),
    fault(
      "unknown key", "timeot: 15s", column: 5, "webhooks[0].timeot", "did you mean timeout?"),
    fault("no time to answer", "timeout: 0s", column: 14, "webhooks[0].timeout", "1s and 5m"),
    fault("too long to answer", "timeout: 6m", column: 14, "webhooks[0].timeout", "1s and 5m"),
    fault(
      "another format", "format: xml", column: 13, "webhooks[0].format", "sendcloud or { template",
      "\"xml\""),
    fault("no format", "format: [event]", column: 13, "webhooks[0].format must be one value"),
    fault(
      "misspelt template", "format: { templat: a }", column: 15, "webhooks[0].format.templat",
      "did you mean template?"),
    fault(
      "template of nothing", "format: { template: \"\" }", column: 25,
      "webhooks[0].format.template must not be empty"),
    fault(
      "misspelt status", "status: [delivered, delivred]", column: 25, "webhooks[0].status",
      "\"delivred\"", "did you mean delivered?"),
    fault(
      "another status", "status: weather", column: 13, "\"weather\"", "no status",
      "there are announced, "),
    fault("no status", "status: []", column: 13, "webhooks[0].status is empty"),
    fault("no contract", "contract: []", column: 15, "webhooks[0].contract is empty"),
    fault("contract without an ID", "contract: [\"\"]", column: 16, "has an empty ID"),
    fault("too many at once", "concurrency: 65", column: 18, "from 1 to 64", "\"65\""),
    fault("nothing is young", "max-age: 0d", column: 14, "webhooks[0].max-age", "30d"),
    fault("no rate", "rate: fast", column: 11, "webhooks[0].rate", "100/s", "\"fast\""),
    fault("no unit of the rate", "rate: 100", column: 11, "webhooks[0].rate", "100/s", "\"100\""),
    fault("a sign before the rate", "rate: +5/s", column: 11, "webhooks[0].rate", "\"+5/s\""),
    fault("nothing a second", "rate: 0/s", column: 11, "webhooks[0].rate", "1/s"),
    fault("so many a minute", "rate: 60/m", column: 11, "webhooks[0].rate", "\"60/m\""),
    fault("word for a flag", "only-changes: yes", column: 19, "must be true or false"),
    fault("another one", "personal-data: no", column: 20, "must be true or false"),
  ]

  @Test(arguments: faults)
  func aFaultIsNamedByItsPlace(_ fault: ConfigurationRefusalTests.Fault) async throws {
    try #require(Self.good.contains(fault.old))
    let workspace = try workspace(Self.good.replacing(fault.old, with: fault.new))
    let errors = try await errors(workspace)
    #expect(errors.count == 1, "one error a mistake: \(errors)")
    let line = errors.first ?? ""
    #expect(line.hasPrefix("error  \(workspace.configuration):\(fault.place): "), "\(line)")
    for word in fault.words { #expect(line.contains(word), "\(word): \(line)") }
  }

  private func workspace(_ configuration: String) throws -> Workspace {
    let workspace = try Workspace()
    // One of the samples is not complete, which check says.
    try workspace.removeContract("comptoir-nantes")
    try workspace.folder.write("colisd.yaml", configuration)
    return workspace
  }

  /// What `check` says that is wrong.
  private func errors(
    _ workspace: Workspace, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [String] {
    let check = try await workspace.run("check", environment: Self.environment)
    #expect(
      check.status == Exit.configuration, "\(check.standardOutput)", sourceLocation: sourceLocation)
    #expect(
      !check.standardOutput.contains("hunter2"), "no path is shown", sourceLocation: sourceLocation)
    return check.lines.filter { $0.hasPrefix("error ") }
  }

  @Test func nothingIsBegunWithAFault() async throws {
    let workspace = try workspace(
      Self.good.replacing("timeout: 15s", with: "timeout: 0s")
        .replacing("10.1.0.0/16", with: "nowhere"))
    let run = try await workspace.run("--drain", environment: Self.environment)
    #expect(run.status == Exit.configuration)
    for place in [":15:14: ", ":19:22: "] {
      #expect(run.standardError.contains(workspace.configuration + place), "\(run.standardError)")
    }
    #expect(!workspace.folder.holds("colisd.db"), "nothing is begun")
  }

  @Test(arguments: [
    ("not-for-anybody", "does not begin with whsec_"),
    ("whsec_not-for-anybody", "no base64"),
    ("whsec_bm90LWZvci1hbnlib2R5", "has 15 bytes"),
    ("whsec_not-for anybody", "blank"),
  ])
  func aSecretThatIsNoneIsNotShown(_ text: String, _ words: String) async throws {
    let workspace = try workspace("")
    let secret = try workspace.secret("shop", text)
    try workspace.folder.write(
      "colisd.yaml",
      Self.good.replacing("secret: { env: SHOP_SECRET }", with: "secret: \(secret)"))
    let errors = try await errors(workspace)
    #expect(errors.count == 1, "\(errors)")
    #expect(errors.first?.contains("colisd.yaml:14:13: webhooks[0].secret: ") == true, "\(errors)")
    #expect(errors.first?.contains(words) == true, "\(errors)")
    #expect(errors.first?.contains("openssl rand") == true, "\(errors)")
  }

  /// With a template for the first endpoint.
  private func workspace(template text: String, _ name: String) throws -> Workspace {
    let workspace = try workspace(
      Self.good.replacing("timeout: 15s", with: "format: { template: \(name) }"))
    try workspace.folder.write(name, text)
    return workspace
  }

  @Test func faultsOfATemplateHaveTheirPlacesInIt() async throws {
    let text = """
      { "text": "{{data.parcl}}",
        "site": {{jsn(data.site)}} }
      """
    let workspace = try workspace(template: text, "hook.json.mustache")
    let errors = try await errors(workspace)
    let file = workspace.folder.file("hook.json.mustache")
    #expect(errors.count == 2, "\(errors)")
    #expect(errors.first?.hasPrefix("error  \(file):1:12: ") == true, "\(errors)")
    #expect(errors.first?.contains("did you mean data.parcel?") == true, "\(errors)")
    #expect(errors.last?.hasPrefix("error  \(file):2:11: ") == true, "\(errors)")
  }

  @Test func aTemplateOfAnEditorOfWindowsIsReadWithoutItsMark() async throws {
    let workspace = try workspace(
      template: "\u{feff}{ \"text\": {{json(data.parcel)}} }", "hook.mustache")
    let check = try await workspace.run("check", environment: Self.environment)
    #expect(check.status == Exit.done, "\(check.standardOutput)")
    #expect(check.standardOutput.contains("hook.mustache is a good template"))
  }

  @Test func aTemplateThatIsNotThereIsNamedWithTheKeyThatNamesIt() async throws {
    let workspace = try workspace(template: "{}", "hook.mustache")
    try FileManager.default.removeItem(atPath: workspace.folder.file("hook.mustache"))
    let errors = try await errors(workspace)
    #expect(errors.count == 1, "\(errors)")
    for word in ["hook.mustache: ", "No such file", "webhooks[0].format.template"] {
      #expect(errors.first?.contains(word) == true, "\(errors)")
    }
  }

  @Test func aMistakeInOneEndpointHidesNoneOfAnother() async throws {
    let workspace = try workspace(
      Self.good.replacing("timeout: 15s", with: "timeout: 15s\n    format: { template: none }")
        .replacing("{ env: NEW_SECRET }", with: "{ env: NOBODYS }")
        .replacing("interval: 60s", with: "interval: often"))
    let errors = try await errors(workspace)
    #expect(errors.count == 3, "\(errors)")
    for word in ["poll.interval", "none: cannot be read", "webhooks[1].secret[0]"] {
      #expect(errors.count { $0.contains(word) } == 1, "\(word): \(errors)")
    }
  }
}
