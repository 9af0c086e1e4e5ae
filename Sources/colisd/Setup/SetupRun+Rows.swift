import ArgumentParser
import Contract
import Ingest
import TrackingFile
import Views

// What comes after the login: layout, rows, contract, and the two commands to go on.
extension SetupRun {
  mutating func chooseLayout(for beginning: FileBeginning) async throws {
    guard answers.layout == .guess else { return }
    let builtIn = await beginning.rows(by: .colisPrive)
    let name = singleLine(beginning.name)
    if builtIn.failure == nil, builtIn.records + builtIn.malformed == 0 {
      say("\(name) has no rows yet.")
      return
    }
    let proposal = LayoutProposal.guess(beginning)
    if builtIn.isGood {
      guard let proposal, await beginning.rows(by: proposal.layout).isFiner(than: builtIn) else {
        say("The built-in layout reads \(name).")
        return
      }
      say("The built-in layout reads \(name), but not the time of day; a guessed one does.")
    }
    guard !folder.exists(folder.layout) else {
      say("\(singleLine(folder.layout)) is there already, and is used.")
      return try useLayoutFile()
    }
    guard let proposal else {
      say(
        "The built-in layout does not read \(name)"
          + (builtIn.failure.map { ": \($0)" } ?? "")
          + ". `colisd layout guess FILE` drafts a layout from a file that you have fetched, and "
          + "docs/format.md explains it; then set layout in the configuration.")
      return
    }
    for doubt in proposal.doubts { say("doubt  \(singleLine(doubt))") }
    try folder.replace(folder.layout, by: proposal.yaml, mode: 0o644)
    say("wrote  \(singleLine(folder.layout)), guessed from \(name)")
    try useLayoutFile()
  }

  private mutating func useLayoutFile() throws {
    answers.layout = .file(folder.layout)
    try folder.save(answers)
    try writeConfiguration()
  }

  func showRows(of beginning: FileBeginning) async throws {
    let configuration = try Configuration.read(folder.configuration)
    let all = try RulesLoader(configuration: configuration).load().rules
    let rules = all.of(configuration.sources[0].name)
    var check = try await FileCheck(
      beginning.name, rules, try configuration.readRulePlaces(),
      try await configuration.storeIfThere(), limit: 10)
    var reports: [FileCheckReport] = []
    try await LocalFiles.look(
      atBeginning: beginning.bytes, of: beginning.name, isWhole: beginning.isWhole, by: rules.layout
    ) { step in
      if let report = try await check.take(step) { reports.append(report) }
    }
    for report in reports {
      if let failure = report.failure {
        say("error  \(singleLine(report.file)): \(singleLine(failure))")
      }
    }
    // Members of an archive are alike.
    guard let report = reports.first(where: { !$0.rows.isEmpty }) else { return }
    say(
      "\nThe first rows of \(singleLine(report.file)), as they would be read:\n\n\(report.table)"
    )
  }

  func offerContract(_ terminal: Terminal) throws {
    let configuration = try Configuration.read(folder.configuration)
    let contracts = try configuration.readContracts()
    guard contracts.set.contracts.isEmpty, contracts.unreadable.isEmpty else { return }
    say("Rows come in once a contract has their account; until then they are held.")
    guard try terminal.confirm("Write the first contract now?", suggestion: true) else { return }
    try ContractsNewCommand.parse(["--config", folder.configuration]).run()
  }

  /// The two commands to go on.
  func conclude() {
    StandardError.finish()
    if folder.hasUnits {
      let secrets = [
        (SetupFolder.passphraseName, answers.passphrase),
        (SetupFolder.passwordName, answers.password),
      ]
      var lines = secrets.compactMap { name, secret -> String? in
        guard case .file(let path)? = secret else { return nil }
        return "LoadCredential=\(name):\(singleLine(path))"
      }
      // A key that is missing would keep the units from starting.
      if answers.privateKey == nil, !lines.isEmpty { lines.insert("LoadCredential=", at: 0) }
      if !lines.isEmpty {
        say(
          "The units need the secret; systemctl edit colisd colisd-drain, and write:\n[Service]\n"
            + lines.joined(separator: "\n"))
      }
      StandardOutput.write("systemctl start colisd-drain\nsystemctl enable --now colisd\n")
    } else {
      let isDefault = folder.configuration == Configuration.defaultPath
      let words = isDefault ? "" : " --config \(singleLine(folder.configuration))"
      StandardOutput.write("colisd --drain\(words)\ncolisd parcels\(words)\n")
    }
  }
}
