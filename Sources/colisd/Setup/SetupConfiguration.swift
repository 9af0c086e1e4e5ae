import Crypto
import ParcelStore
import Views

/// The text of the `colisd.yaml` that `init` writes. Its last line has a digest of all others, so that a file
/// that somebody has edited since is known, and is never overwritten unasked.
struct SetupConfiguration {
  let answers: SetupAnswers
  let folder: SetupFolder

  private static let mark = "# Written by colisd init: "

  var text: String {
    let body = body
    return body + Self.lastLine(of: body)
  }

  /// Whether a file is as `init` wrote it.
  static func isUnedited(_ text: String) -> Bool {
    // The last line, and nothing after its line feed.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count > 2, lines[lines.count - 2].hasPrefix(mark) else { return false }
    let body = lines.dropLast(2).joined(separator: "\n") + "\n"
    return text == body + lastLine(of: body)
  }

  private static func lastLine(of body: String) -> String {
    mark + hexadecimal(SHA256.hash(data: Array(body.utf8)).prefix(8)) + "\n"
  }

  private var body: String {
    let pins = answers.hostKeys.map { "    - \"\($0)\"\n" }.joined()
    let layout =
      if case .file(let path) = answers.layout {
        "{ file: \(yamlScalar(folder.relative(path))) }"
      } else {
        "{ name: colisprive }"
      }
    return """
      # The configuration of colisd. What is not here has a default; docs/configuration.md says which, and
      # `colisd check --connect` tries it out.
      source:
        host: \(yamlScalar(answers.host ?? ""))
        port: \(answers.port ?? 22)
        username: \(yamlScalar(answers.username ?? ""))
      \(login)  # Fingerprints that were compared with what the carrier sent; any other server is refused.
        host-keys:
      \(pins)  # The folder on the server.
        directory: \(yamlScalar(answers.directory ?? "."))
      \(include)  # Nothing is changed there; or delete, or { move: archive }, once a file is in the store.
        after-ingest: leave

      # How a file is read; `colisd check FILE` shows it row by row.
      layout: \(layout)

      # What the codes of your contract's annex mean; `colisd map draft` drafts the file. Without it the
      # labels of the carrier's public pages decide.
      # status-map: { file: status-map.yaml }

      # One file a contract; `colisd contracts new` writes them.
      contracts: { directory: contracts.d }

      store: { url: \(yamlScalar("sqlite:\(folder.storePath)")) }

      \(http)
      """
  }

  /// The unit makes the folder of the socket; elsewhere there is none.
  private var http: String {
    guard folder.hasUnits else { return "" }
    return """
      # Root and members of group colisd ask the daemon here: its page, its API, and commands where the store
      # can't be read.
      http: { listen: ["unix:/run/colisd/http.sock"] }


      """
  }

  private var include: String {
    answers.include.isEmpty
      ? "" : "  # Which names are tracking files.\n  include: \(yamlList(answers.include))\n"
  }

  private var login: String {
    var text = ""
    if let path = answers.privateKey {
      let value =
        folder.isHandedOn(path)
        ? "{ credential: \(SetupFolder.keyName) }   # the unit hands \(path) on"
        : yamlScalar(folder.relative(path))
      text += "  private-key: \(value)\n"
    }
    text += line("passphrase", answers.passphrase, SetupFolder.passphraseName)
    text += line("password", answers.password, SetupFolder.passwordName)
    return text
  }

  /// A secret's line; in a file that the units can't read, as the credential of a name.
  private func line(_ key: String, _ secret: SecretReference.Source?, _ name: String) -> String {
    guard let secret else { return "" }
    guard case .file(let path) = secret else { return "  \(key): \(secret.yaml)\n" }
    return folder.hasUnits
      ? "  \(key): { credential: \(name) }   # \(path), by LoadCredential= of the unit\n"
      : "  \(key): { file: \(yamlScalar(folder.relative(path))) }\n"
  }
}
