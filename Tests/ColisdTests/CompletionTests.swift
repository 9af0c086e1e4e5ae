import Foundation
import TestSupport
import Testing

/// What a shell offers when the tab key is pressed.
@Suite struct CompletionTests {
  /// Asks bash, which is given the words up to the cursor; the last one may be empty.
  private let harness = """
    source "$1"
    shift
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMP_LINE="$*"
    COMP_POINT=${#COMP_LINE}
    _colisd "$1" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
    printf '%s\\n' "${COMPREPLY[@]}"
    """

  private func offered(_ words: String..., by workspace: Workspace) async throws -> [String] {
    let tree = try await InstalledTree()
    return try await offered(words, by: workspace, tree)
  }

  private func offered(
    _ words: [String], by workspace: Workspace, _ tree: InstalledTree
  ) async throws -> [String] {
    let script = tree.path("/usr/share/bash-completion/completions/colisd")
    let result = try await run(
      "/bin/bash", arguments: ["-c", harness, "bash", script, Program.path()] + words,
      environment: Program.environment(["COLISD_CONFIG": workspace.configuration]))
    #expect(result.status == 0)
    #expect(result.standardError == "", "\(words)")
    return result.lines
  }

  private func workspace() throws -> Workspace {
    var settings = Settings(
      port: 1, username: "nobody", hostKey: "SHA256:" + String(repeating: "A", count: 43),
      directory: "/out")
    settings.source["private-key"] = "never-read"
    settings.source["name"] = "colisprive"
    return try Workspace(settings)
  }

  @Test func valuesAreOffered() async throws {
    let workspace = try workspace()
    let tree = try await InstalledTree()
    let expected: [([String], [String])] = [
      (["parcels", "--status", "ret"], ["returning", "returned"]),
      (["parcels", "--status", "delivered,ret"], ["delivered,returning", "delivered,returned"]),
      (["events", "--status", "unm"], ["unmapped"]),
      (["files", "list", "--state", "s"], ["settling"]),
      (["files", "--state", "dis"], ["dismissed"]),
      (["parcels", "--contract", "du"], ["dupont"]),
      (["contracts", "show", "ma"], ["maison-lyon"]),
      (["parcels", "--account-id", "EM180619"], ["EM180619"]),
      (["events", "--source", ""], ["colisprive"]),
      (["export", "--format", ""], ["ndjson", "csv"]),
      (["contracts", "new", "--plan", "g"], ["growth"]),
    ]
    for (words, offers) in expected {
      let found = try await offered(words, by: workspace, tree)
      #expect(Set(found) == Set(offers), "\(words.joined(separator: " "))")
    }
  }

  @Test func endpointsOfWebhooksAreOffered() async throws {
    let workspace = try workspace()
    let secret = try workspace.secret("hook", "whsec_" + Data(count: 32).base64EncodedString())
    let text = try String(contentsOfFile: workspace.configuration, encoding: .utf8)
    let webhooks = ["shop", "erp"].map {
      "  - { name: \($0), url: \"https://\($0).example.net/hook\", secret: \(secret) }\n"
    }
    try workspace.folder.write("colisd.yaml", text + "webhooks:\n" + webhooks.joined())
    let tree = try await InstalledTree()
    for command in ["parked", "test", "replay", "resume"] {
      #expect(try await offered(["webhooks", command, "sh"], by: workspace, tree) == ["shop"])
    }
  }

  @Test func theConfigurationOfTheLineCounts() async throws {
    let (named, other) = (try workspace(), try workspace())
    try other.folder.write("colisd.yaml", "contracts: { directory: none }\n")
    let found = try await offered(
      "parcels", "--config", named.configuration, "--contract", "dup", by: other)
    withExtendedLifetime(named) {
      #expect(found == ["dupont"])
    }
  }

  @Test(arguments: ["missing", "unreadable"])
  func withoutAConfigurationNothingIsOfferedAndNothingSaid(_ what: String) async throws {
    let workspace = try workspace()
    let path = workspace.configuration
    if what == "missing" {
      try FileManager.default.removeItem(atPath: path)
    } else {
      try workspace.folder.write("colisd.yaml", "source: [\n")
    }
    let tree = try await InstalledTree()
    for option in ["--contract", "--account-id"] {
      #expect(try await offered(["parcels", option, ""], by: workspace, tree) == [])
    }
    #expect(try await offered(["events", "--source", ""], by: workspace, tree) == [])
    // Statuses need none.
    #expect(try await offered(["parcels", "--status", "unm"], by: workspace, tree) == ["unmapped"])
  }

  @Test(arguments: [
    ("zsh", "/usr/share/zsh/vendor-completions/_colisd"),
    ("fish", "/usr/share/fish/vendor_completions.d/colisd.fish"),
  ])
  func otherShellsAskForTheSameValues(shell: String, path: String) async throws {
    let text = try await InstalledTree().text(path)
    for option in ["--status", "--contract", "--account-id", "--source"] {
      #expect(
        text.contains("---completion") && text.contains(option),
        "\(shell) does not ask for \(option)")
    }
    #expect(text.contains("settling"), "\(shell)")
  }
}
