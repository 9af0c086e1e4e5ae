import ArgumentParser
import Carrier
import Contract
import Ingest
import ParcelStore
import SFTP
import SSH
import Status
import TrackingFile
import Views

/// `colisd check`: everything that can be known before anything is read.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Check configuration, contracts, layout and status map; with --connect the server too; or one file.",
    discussion: """
      With FILE it says row by row what would happen to that file: the columns found, the rule of the \
      status map with its place, the gate's verdict, and what the store has already. Nothing is written, \
      and a daemon may run. 65 when the file would fail or rows would be rejected.
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var output: ListOptions

  @Flag(name: .long, help: "Also connect, log in and list the directory.")
  var connect = false

  @Flag(
    name: .long,
    help:
      "Also look at the feeds: 65 when one that was live fell silent or must be configured again.")
  var feeds = false

  @Flag(
    name: .long,
    help:
      "With --connect: send each endpoint of webhooks a test message, too; 69 when one does not take it."
  )
  var webhooks = false

  @Option(
    name: .long, help: ArgumentHelp("With FILE: show at most so many rows.", valueName: "count"))
  var limit = 100

  @Option(
    name: .long,
    help: ArgumentHelp("With FILE: read it by the layout of this source.", valueName: "name"),
    completion: KnownWords.sources)
  var source: String?

  @Argument(
    help: ArgumentHelp("A file of this machine; - is standard input.", valueName: "file"),
    completion: .file())
  var file: String?

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be at least 1") }
    if file != nil, connect || feeds || webhooks {
      throw ValidationError(
        "--connect, --webhooks and --feeds check no file: leave them or the file out")
    }
    if webhooks, !connect {
      throw ValidationError("--webhooks sends something: give --connect with it")
    }
    if file == nil, source != nil { throw ValidationError("--source needs a file to read") }
  }

  func run() async throws {
    if let file { return try await check(file) }
    var report = CheckFindings()
    do {
      try await look(&report)
    } catch let error as Stopped {
      throw error
    } catch {
      report.fail("configuration", error)
    }
    let status = report.status
    let view = CheckReport(report.findings, isGood: status == .done)
    output.print(
      view.json, csv: { CSVText.bytes(view.objects, titles: CheckReport.keys) },
      otherwise: { view.text })
    if status != .done { throw status }
  }

  /// Checks one part after the other; a mistake in one does not stop the others.
  private func look(_ report: inout CheckFindings) async throws {
    guard WallClock(identifier: "Europe/Paris") != nil else {
      throw ConfigurationError([
        ConfigurationProblem(
          file: "/usr/share/zoneinfo", place: nil,
          sentence: "the clock of Europe/Paris is missing, by which the carrier's times are read: "
            + "install the package tzdata")
      ])
    }
    let reading = try options.readAll()
    let configuration = reading.configuration
    if reading.problems.isEmpty {
      report.add("configuration", configuration.path)
    } else {
      report.fail("configuration", ConfigurationError(reading.problems))
    }
    if let warning = configuration.storeFolderWarning { report.add("store", "note: \(warning)") }
    lookAtRules(reading, &report)
    if reading.isGood("store") {
      let store = await lookAtStore(configuration, &report)
      await lookAtFiles(store, &report)
      if let sentence = await MapLook(configuration: configuration, store: store).sentence {
        report.add("status map", "note: \(sentence)")
      }
    }
    if reading.isGood("http") { lookAtServer(configuration, &report) }
    let endpoints = lookAtWebhooks(reading, &report)
    guard reading.problems.isEmpty else {
      for source in configuration.sources where reading.isGood(source.key) {
        _ = lookAtSecrets(source, &report)
      }
      return
    }
    if feeds {
      do {
        report.add(feeds: try await Self.feeds(configuration))
      } catch {
        guard error is StoreError || error is ConfigurationError else { throw error }
        // The store's own check reports it.
        if report.status != ExitStatus(error) { report.fail("store", error) }
      }
    }
    try await lookAtSources(configuration, &report)
    try await tryOut(endpoints, of: configuration, &report)
  }

  /// Checks each source by itself; a mistake in one does not stop the others.
  private func lookAtSources(
    _ configuration: Configuration, _ report: inout CheckFindings
  ) async throws {
    let isOneOfMany = configuration.hasSeveralSources
    for source in configuration.sources where lookAtSecrets(source, &report) {
      let name = isOneOfMany ? " \(source.name)" : ""
      do {
        let drop = try DropSource(source, of: configuration)
        report.add("source\(name)", "\(drop.endpoint), secrets are readable")
        if connect {
          let steps = DropSteps(source: drop, settle: source.poll.settle)
          let layout = try? source.layout.read()
          let (look, keys) = try await withStopSignals {
            let look = try await steps.look(readingBeginning: layout != nil)
            // Only for people who compare them: the key that was used is a trusted one.
            return (look, try? await steps.hostKeySentence())
          }
          if let keys { report.add("host keys\(name)", keys) }
          report.add("server\(name)", look.sentence)
          if let layout, let beginning = look.beginning {
            report.add("sample\(name)", await beginning.sentence(by: layout))
          }
        }
      } catch let error as Stopped {
        throw error
      } catch {
        report.fail(
          "source", isOneOfMany ? SourceFault(source: source.name, error: error) : error)
      }
    }
  }

  /// Layout, status map and contracts, each by itself.
  private func lookAtRules(_ reading: ConfigurationReading, _ report: inout CheckFindings) {
    let configuration = reading.configuration
    func part<T>(
      _ what: String, _ key: String, _ read: () throws(ConfigurationError) -> T
    ) -> T? {
      guard reading.isGood(key) else { return nil }
      do throws(ConfigurationError) {
        return try read()
      } catch {
        report.fail(what, error)
        return nil
      }
    }
    let own = configuration.sources.filter { $0.layout != configuration.layout }
    let layouts =
      [("layout", "", configuration.layout)]
      + own.map {
        ("\($0.key).layout", " of \($0.name)", $0.layout)
      }
    for (key, name, choice) in layouts {
      guard let layout = part("layout", key, choice.read) else { continue }
      report.add("layout\(name)", "\(layout.name) version \(layout.version)")
    }
    if let map = part("status map", "status-map", configuration.readStatusMap) {
      report.add("status map", "\(map.name) version \(map.version)")
    }
    guard
      let folder = part("contracts", "contracts.directory", configuration.readContracts)
    else { return }
    let count = folder.set.contracts.count + folder.set.namesakes.count
    report.add("contracts", "\(count) in \(configuration.contractsDirectory)")
    for note in folder.notes { report.add("contracts", "note: \(note)") }
    for secret in folder.secrets {
      do throws(ConfigurationError) {
        _ = try secret.resolve()
      } catch {
        report.fail("contracts", error, isHarmless: true)
      }
    }
    if !folder.incomplete.isEmpty {
      report.fail("contracts", ConfigurationError(folder.incomplete), isHarmless: true)
    }
  }

  /// A credential that only a unit has is no mistake, unless it is needed here and now.
  /// - Returns: whether all secrets of the source can be read.
  private func lookAtSecrets(
    _ source: Configuration.Source, _ report: inout CheckFindings
  ) -> Bool {
    var isGood = true
    for secret in [source.privateKey, source.passphrase, source.password].compactMap({ $0 }) {
      if !connect, let sentence = secret.unseenSentence {
        report.add("source", sentence)
        isGood = false
        continue
      }
      do throws(ConfigurationError) {
        // Of the private key only libssh2 reads what is in the file.
        _ = secret == source.privateKey ? try secret.filePath() : try secret.resolve()
      } catch {
        report.fail("source", error)
        isGood = false
      }
    }
    return isGood
  }

  /// Post-actions that failed, and files that were gone before they were read.
  private func lookAtFiles(_ store: (any StoreReader)?, _ report: inout CheckFindings) async {
    // A value that can't be read is reported where it is needed.
    guard let store else { return }
    for place in (try? await store.abandonedPlaces()) ?? [] {
      report.add("post-action", "note: \(place.sentence)")
    }
    guard let counts = try? await store.counts() else { return }
    if let sentence = counts.postActionSentence { report.fail(files: "post-action", sentence) }
    if let sentence = counts.lostSentence { report.fail(files: "files", sentence) }
  }

  /// Whether a drain could write to the store, and what is there can be read.
  /// - Returns: the store, where it can be read.
  private func lookAtStore(
    _ configuration: Configuration, _ report: inout CheckFindings
  ) async -> (any StoreReader)? {
    if let warning = configuration.storeFolderWarning { report.add("store", "note: \(warning)") }
    if let fault = configuration.storeFolderFault {
      report.fail("store", fault)
      return try? await configuration.storeIfThere()
    }
    var replica: PostgreSQLURL?
    if case .postgresql(let store) = configuration.store {
      if let sentence = store.password?.unseenSentence {
        report.add("store", sentence)
        return nil
      }
      replica = store.readURL
    }
    do {
      if let fault = try await configuration.storeServerFault() {
        report.fail("store", fault)
        return try? await configuration.storeIfThere()
      }
      // Where it is written; a replica may answer although that is away.
      let store = try await configuration.storeIfThere(isReplicaUsed: false)
      let name = configuration.store.description
      report.add("store", store == nil ? "\(name) is made by the first drain" : name)
      guard store != nil, let replica else { return store }
      let reader = try await configuration.storeIfThere()
      report.add("store", "read at \(replica.text)")
      return reader
    } catch {
      report.fail("store", error)
      return nil
    }
  }

  /// How the feeds stand, and which held accounts may be misspelt ones of a contract.
  private static func feeds(_ configuration: Configuration) async throws -> [CheckReport.Finding] {
    let store = try await configuration.storeIfThere()
    let read = try await ContractsReport.readLeniently(configuration, store)
    var found = read.report.feeds.map { line in
      CheckReport.Finding(
        what: "feed", isGood: !line.isBroken,
        text: "\(line.contract) \(line.service.rawValue) is \(line.state.rawValue)"
          + (line.nextStep.map { ": \($0)" } ?? ""))
    }
    if let sentence = read.report.unwatchedSentence(isRunning: await configuration.isRunning) {
      found.append(CheckReport.Finding(what: "look", isGood: false, text: sentence))
    }
    let near = NearMatchIndex(read.contracts)
    for held in try await store?.heldAccounts() ?? [] where held.reason == .unknownAccount {
      guard let match = near.matches(of: held.account).first else { continue }
      found.append(
        CheckReport.Finding(what: "note", isGood: true, text: match.sentence(for: held.account)))
    }
    return found
  }
}
