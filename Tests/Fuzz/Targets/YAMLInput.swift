import Carrier
import Contract
import Status
import colisd

/// What every reader of a YAML file promises.
enum YAMLInput {
  /// Reads a file twice.
  /// - Returns: what was read; nil where it was refused.
  static func read<Value>(
    _ bytes: [UInt8], _ body: (String) throws(ConfigurationError) -> Value
  ) throws(BrokenPromise) -> Value? {
    let file = MemoryFile(bytes)
    let path = file.path
    let value: Value
    do throws(ConfigurationError) {
      value = try body(path)
    } catch {
      try promise(!error.problems.isEmpty, "it is refused without a word")
      try check(error.problems, of: path, bytes)
      return nil
    }
    return value
  }

  static func check(
    _ problems: [ConfigurationProblem], of path: String, _ bytes: [UInt8]
  ) throws(BrokenPromise) {
    for problem in problems {
      let text = problem.description
      try promise(text.hasPrefix(path + ":"), "it is said of another file: \(text)")
      try promise(
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
        "control characters in \(text)")
      try promise(text.utf8.count <= 4_096, "a sentence of \(text.utf8.count) bytes")
      guard let place = problem.place else { continue }
      try promise(
        place.line >= 1 && place.column >= 1 && place.line <= bytes.count + 1
          && place.column <= bytes.count + 1, "no such place: \(text)")
    }
  }
}

/// A layout file, and behind a line of `===` a tracking file that is read by it.
enum LayoutInput {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    let (first, second) = FuzzInput(FuzzInput.expanded(bytes)).parts
    let layout = try YAMLInput.read(Array(first)) { path throws(ConfigurationError) in
      try LayoutFile.read(path)
    }
    guard let layout else { return }
    try ParserInput.check(Array(second ?? first), layout, UInt8(truncatingIfNeeded: first.count))
  }
}

/// A status map, and behind a line of `===` codes and labels, `code;label` a line.
enum StatusMapInput {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    let (first, second) = FuzzInput(FuzzInput.expanded(bytes)).parts
    let file = Array(first)
    let map = try YAMLInput.read(file) { path throws(ConfigurationError) in
      try StatusMapFile.read(path)
    }
    guard let map else { return }
    for rule in map.codes {
      let reading = map.meaning(code: rule.code, label: nil)
      try promise(reading.meaning.status == rule.meaning.status, "\(rule) means \(reading)")
    }
    for rule in map.labels.prefix(100) {
      let reading = map.meaning(code: nil, label: rule.text)
      try promise(reading.meaning.status != .unmapped, "\(rule) means nothing")
    }
    for wording in (second ?? []).prefix(4_000).split(separator: 0x0a) {
      let fields = wording.split(separator: 0x3b, maxSplits: 1, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      let reading = map.meaning(code: fields[0], label: fields.count > 1 ? fields[1] : nil)
      try promise(
        (reading.rule == nil) == (reading.meaning.status == .unmapped), "\(fields) is \(reading)")
    }
  }
}

/// A contract file.
enum ContractInput {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    let bytes = FuzzInput.expanded(bytes)
    let file = MemoryFile(bytes)
    let read = ContractFile(path: file.path, id: "fuzz")
    try YAMLInput.check(read.problems, of: file.path, bytes)
    guard let contract = read.contract else {
      try promise(!read.problems.isEmpty, "it is refused without a word")
      return
    }
    try promise(
      contract.isComplete == read.problems.isEmpty, "complete, with \(read.problems.count) problems"
    )
    guard let today = CalendarDay("2026-11-02") else { return }
    let reason = contract.holdReason(on: today)
    try promise(
      (reason == .contractIncomplete) == !contract.isComplete,
      "it holds because of \(reason as Any)")
    let set = ContractSet([contract, contract])
    try promise(set.conflicts.contains { $0.kind == .idTakenTwice }, "one id is taken by two")
    _ = set.conflicts.map { read.place(of: $0.second.path) }
    _ = Gate(contracts: set, today: today, unknownAccounts: .hold)
  }
}

/// A `colisd.yaml`.
enum ConfigurationInput {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    let bytes = FuzzInput.expanded(bytes)
    let read = try YAMLInput.read(bytes) { path throws(ConfigurationError) in
      try Configuration.read(path)
    }
    guard let read else { return }
    try check(read.webhooks)
    let sources = read.sources
    try promise(!sources.isEmpty, "no source")
    try promise(Set(sources.map(\.name)).count == sources.count, "two sources of one name")
    for source in sources {
      try promise((1...16).contains(source.connections), "\(source.connections) connections")
      try promise(source.port > 0, "port 0")
      try promise(source.timeout >= .seconds(1), "a timeout of \(source.timeout)")
      try promise(!source.pins.isEmpty || source.knownHosts != nil, "any server is trusted")
    }
  }
  private static func check(_ webhooks: [Configuration.Webhook]) throws(BrokenPromise) {
    try promise(
      Set(webhooks.map(\.name)).count == webhooks.count, "two endpoints of one name")
    for webhook in webhooks {
      try promise((1...64).contains(webhook.name.utf8.count), "a name \(webhook.name)")
      try promise((1...64).contains(webhook.concurrency), "\(webhook.concurrency) at once")
      try promise(
        (.seconds(1)...(.seconds(300))).contains(webhook.timeout), "a timeout of \(webhook.timeout)"
      )
      let isPlain = !webhook.url.lowercased().hasPrefix("https://")
      try promise(!isPlain || !webhook.allowedNetworks.isEmpty, "anybody can read what is sent")
    }
  }
}
