import SSH
import Views

/// The answers of `init` as a file: for `--answers`, and to go on after it was broken off.
enum SetupAnswersFile {
  /// - Parameter isWhole: whether an answer that is missing is a mistake.
  static func read(_ path: String, isWhole: Bool) throws(ConfigurationError) -> SetupAnswers {
    let problems = ProblemList(file: path)
    let root = try YAMLFile(path: path, problems: problems).root
    let folder = path.folder
    var answers = SetupAnswers()
    answers.host = root.word("host")
    answers.port = root.integer("port", 1...65_535).map { UInt16($0) }
    answers.username = root.word("username")
    let pins = root.texts("host-keys") ?? []
    for pin in pins {
      do throws(HostKeyPolicyError) {
        _ = try HostKeyPolicy(pins: [pin.text])
      } catch {
        root.problems.add("host-keys: \(error)", of: "host-keys", at: pin.place)
      }
    }
    answers.hostKeys = pins.map(\.text)
    answers.privateKey = root.word("private-key")?.path(relativeTo: folder)
    answers.makesKey = root.flag("make-key") ?? false
    answers.passphrase = root.secret("passphrase", relativeTo: folder)?.source
    if root.has("passphrase"), !root.has("private-key") {
      root.fail("passphrase", "has no private-key that it could open")
    }
    answers.password = root.secret("password", relativeTo: folder)?.source
    answers.directory = root.word("directory")
    answers.include = root.texts("include")?.map(\.text) ?? []
    answers.layout =
      switch root.word("layout") {
      case nil, "guess": .guess
      case "colisprive": .builtIn
      case let path?: .file(path.path(relativeTo: folder))
      }
    if isWhole {
      for key in ["host", "username", "host-keys", "directory"] where !root.has(key) {
        root.missing(key)
      }
      if root.has("host-keys"), pins.isEmpty, !root.isRefused("host-keys") {
        root.fail("host-keys", "is empty: give the fingerprint that the carrier sent")
      }
    }
    root.refuseOtherKeys()
    if isWhole, root.lacks("private-key", "password") {
      root.problems.add(
        "a private-key or a password to log in with is missing",
        at: root.place ?? .init(line: 1, column: 1))
    }
    try problems.throwIfAny()
    return answers
  }

  static func text(_ answers: SetupAnswers) -> String {
    var lines = [
      "# What `colisd init` was answered, without any secret. Begun again, it offers these answers;",
      "# `colisd init --answers FILE` takes them without a terminal. It may be deleted.",
    ]
    func add(_ key: String, _ value: String?) {
      if let value { lines.append("\(key): \(value)") }
    }
    add("host", answers.host.map(yamlScalar))
    add("port", answers.port.map { "\($0)" })
    add("username", answers.username.map(yamlScalar))
    if !answers.hostKeys.isEmpty {
      add("host-keys", yamlList(answers.hostKeys))
    }
    add("private-key", answers.privateKey.map(yamlScalar))
    if answers.makesKey { add("make-key", "true") }
    add("passphrase", answers.passphrase.map(\.yaml))
    add("password", answers.password.map(\.yaml))
    add("directory", answers.directory.map(yamlScalar))
    if !answers.include.isEmpty { add("include", yamlList(answers.include)) }
    switch answers.layout {
    case .guess: break
    case .builtIn: add("layout", "colisprive")
    case .file(let path): add("layout", yamlScalar(path))
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
