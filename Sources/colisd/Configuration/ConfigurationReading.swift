import Carrier
import Ingest

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
    let layout = reader.layout(root.section("layout"))
    let sources = reader.sources(root, reader.poll(root.section("poll")), layout)
    let statusMap = reader.statusMap(root.section("status-map"))
    let contracts = root.section("contracts")
    let store = reader.store(root.section("store"), workers: root.section("workers"))
    let log = reader.log(root.section("log"))
    let http = reader.http(root.section("http"))
    let webhooks = reader.webhooks(root)
    let heartbeat = reader.heartbeat(root.section("heartbeat"))
    let retention = root.section("retention")
    let kept = reader.retention(retention)
    let directory = contracts?.word("directory") ?? "contracts.d"
    let skips = contracts?.choice("unknown-accounts", [("hold", false), ("skip", true)])
    let pickupDays = root.integer("pickup-days", 1...365) ?? PickupDeadline.usual
    contracts?.refuseOtherKeys()
    root.refuseOtherKeys()
    problems = list.problems
    configuration = Configuration(
      path: path, sources: sources, layout: layout, statusMapFile: statusMap,
      contractsDirectory: directory.path(relativeTo: path.folder),
      skipsUnknownAccounts: skips ?? false, heldRetention: kept.held, rawRetention: kept.raw,
      eventRetention: kept.events, pickupDays: pickupDays, store: store, log: log,
      heartbeat: heartbeat, http: http, webhooks: webhooks)
  }

  /// Whether a part such as `layout` or `contracts.directory` is what the file says.
  func isGood(_ part: String) -> Bool { !list.isRefused(part) }
}

extension Configuration {
  /// What the file says of the log, as far as it can be read; what is wrong with it is reported when the
  /// whole of it is read.
  static func readLog(_ path: String) -> Log {
    let problems = ProblemList(file: path)
    guard let root = try? YAMLFile(path: path, problems: problems).root else {
      return Log(format: .auto, level: "info")
    }
    return ConfigurationReader(folder: path.folder).log(root.section("log"))
  }
}
