import SSH
import Views

/// The questions of `init` on a terminal. Each answer is saved at once, and offered when it is begun again.
struct SetupDialogue {
  let terminal: Terminal
  let folder: SetupFolder
  var answers: SetupAnswers

  mutating func askServer() throws {
    terminal.say(
      "This sets colisd up, step by step; nothing is read into a store. Ctrl-C leaves it, and what was "
        + "answered is offered when it is begun again.\n")
    answers.host = try terminal.ask(
      "Host of the carrier's SFTP server", suggestion: answers.host
    ) { host in
      let isOdd = host.unicodeScalars.contains { $0 == "/" || $0.properties.isWhitespace }
      if host.isEmpty { return "the carrier's letter has it, such as sftp.example.net" }
      return isOdd ? "it must be a name or an address without sftp:// and folders" : nil
    }
    try folder.save(answers)
    let port = try terminal.ask("Port", suggestion: "\(answers.port ?? 22)") {
      (UInt16($0) ?? 0) > 0 ? nil : "it must be a number from 1 to 65535"
    }
    answers.port = UInt16(port)
    try folder.save(answers)
    answers.username = try terminal.ask("User name there", suggestion: answers.username) {
      $0.isEmpty ? "it must not be empty" : ContractDraft.reasonAgainst(text: $0)
    }
    try folder.save(answers)
  }

  /// Asks which of the keys that the server shows is the carrier's. None is trusted unasked.
  /// - Returns: false: none of them.
  mutating func askHostKeys(_ look: HostKeyLook) throws -> Bool {
    let shown = look.keys.map(\.fingerprint)
    let former = answers.hostKeys
    let kept = shown.filter(former.contains)
    terminal.say(HostKeyList(look, trusted: former).text)
    if !former.isEmpty, kept.isEmpty {
      terminal.say(
        "Warning: none of them is a key that you trusted before (\(former.joined(separator: ", "))). The "
          + "server's key was changed, or somebody is in between: ask the carrier before you go on."
      )
    }
    let isKnown = !kept.isEmpty && kept.first == shown.first
    let answer = try terminal.ask(
      "Paste the fingerprint that the carrier sent, or write yes if you have compared them (no: stop)",
      suggestion: isKnown ? "as before" : nil
    ) { answer in
      if ["", "no", "n", "non", "yes", "oui"].contains(answer.lowercased()) { return nil }
      if isKnown, answer == "as before" { return nil }
      if shown.contains(answer) { return nil }
      return answer.hasPrefix("SHA256:")
        ? "the server shows no such key: do not go on before the carrier has explained it"
        : "answer with a fingerprint (SHA256:…), yes or no"
    }
    switch answer.lowercased() {
    case "", "no", "n", "non": return false
    case "as before": return true
    case "yes", "oui": answers.hostKeys = shown
    default: answers.hostKeys = [answer]
    }
    try folder.save(answers)
    return true
  }

  mutating func askLogin() throws {
    let isPassword = answers.password != nil && answers.privateKey == nil
    let way = try terminal.ask(
      "Log in with a key or a password", suggestion: isPassword ? "password" : "key"
    ) { ["key", "password"].contains($0.lowercased()) ? nil : "answer key or password" }
    if way.lowercased() == "key" { try askKey() } else { try askPassword() }
  }

  private mutating func askKey() throws {
    answers.password = nil
    while true {
      let path = try terminal.ask("Private key", suggestion: answers.privateKey ?? folder.key) {
        $0.isEmpty ? "give its path" : ContractDraft.reasonAgainst(text: $0, atMost: 1_000)
      }
      answers.privateKey = path.path(relativeTo: folder.path)
      let key = answers.privateKey ?? path
      if folder.exists(key) { break }
      guard KeyMaker.isToolInstalled else {
        terminal.say("  \(KeyMaker.advice)")
        continue
      }
      guard
        try terminal.confirm("  \(singleLine(key)) is not there. Make a key?", suggestion: true)
      else { continue }
      do throws(KeyMaker.Failure) {
        try KeyMaker.make(key)
        break
      } catch {
        terminal.say("  \(error)")
      }
    }
    try askPassphrase()
    try folder.save(answers)
    guard let line = answers.privateKey.flatMap(KeyMaker.publicHalf) else { return }
    terminal.say("\nThe carrier has to enter this public key for your account:\n\n\(line)\n")
  }

  /// Asks for the passphrase of a key that needs one.
  private mutating func askPassphrase() throws {
    answers.passphrase = nil
    let key = answers.privateKey.flatMap { try? PrivateKeyFile(path: $0) }
    guard key?.isEncrypted == true else { return }
    let isKept =
      try folder.exists(folder.passphrase)
      && terminal.confirm("A passphrase is kept already. Keep it?", suggestion: true)
    if !isKept {
      let passphrase = try terminal.askSecret(
        "Passphrase of the key", reason: ContractDraft.reasonAgainst(secret:))
      try folder.keep(passphrase, at: folder.passphrase)
    }
    answers.passphrase = .file(folder.passphrase)
  }

  /// Asks for the password, unless one is kept that shall stay.
  mutating func askPassword() throws {
    (answers.privateKey, answers.passphrase) = (nil, nil)
    answers.password = .file(folder.password)
    let isKept =
      try folder.exists(folder.password)
      && terminal.confirm("A password is kept already. Keep it?", suggestion: true)
    if !isKept { try askNewPassword() }
    try folder.save(answers)
  }

  func askNewPassword() throws {
    let password = try terminal.askSecret(
      "Password", reason: ContractDraft.reasonAgainst(secret:))
    try folder.keep(password, at: folder.password)
  }

  mutating func askDirectory() throws {
    answers.directory = try terminal.ask(
      "Folder on the server with the tracking files (. is where the login leads)",
      suggestion: answers.directory ?? "."
    ) { ContractDraft.reasonAgainst(text: $0, atMost: 1_000) }
    try folder.save(answers)
  }
}
