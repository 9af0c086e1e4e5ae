import Carrier
import Contract
import Ingest
import ParcelStore
import SQLiteStore
import TestSupport
import Testing
import TrackingFile

/// One installation to which things happen.
struct Motion {
  struct Figures {
    var events = 0
    var held = 0
    var released = 0
    var deaths = 0
    var skipped = 0
    var renamings = 0
    var sequences = 0

    static func += (total: inout Self, part: Self) {
      total.events += part.events
      total.held += part.held
      total.released += part.released
      total.deaths += part.deaths
      total.skipped += part.skipped
      total.renamings += part.renamings
      total.sequences += 1
    }
  }

  /// What makes an event the same as another.
  struct Identity: Hashable {
    var account: AccountPair
    var parcel: String
    var code: String

    var line: String {
      "\(account.account);\(account.accountID);\(parcel);A;\(code);;28/08/2026 10:00;75A;75012;FR"
    }
  }

  struct Place: Hashable {
    var file: String
    var line: Int
  }

  static let accounts = (0..<3).map { pair("E\($0)", "EM10000\($0)") }
  /// Like none of a contract's, so that its rows may be skipped.
  static let stranger = pair("Z9", "QX777333")
  static let parcels = (0..<2).map { "99112233445\($0)" }
  static let codes = ["LIV", "EXP", "RET"]

  /// What has happened, for whoever looks into a failure.
  var story: [String] = []
  var figures = Figures()

  var random: SeededGenerator
  let folder: TemporaryDirectory
  let clock = StandingClock()
  var store: (any EventStore)?
  var model = GateModel()
  /// The contracts as their files are, read or not.
  var drafts: [Draft] = []
  /// Whether rows of unknown accounts are skipped, and whether the latest reading was refused.
  var skips = false
  var isRefused = false
  /// Files that were read, or begun, while rows of an account could be skipped.
  var skippedFrom: [AccountPair: Set<String>] = [:]

  /// The lines of each file behind its header, in the order of arrival; nil: no row.
  var files: [(name: String, lines: [Identity?])] = []
  /// Where a row stood first.
  var firstPlaces: [Identity: Place] = [:]
  var known: Set<ParcelOfAccount> = []
  var seen: Set<Identity> = []

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    folder = try TemporaryDirectory()
    store = try open()
  }

  func open() throws(StoreError) -> any EventStore {
    try SQLiteEventStore.open(path: folder.file("colisd.db"), for: .writing)
  }

  var today: CalendarDay { CalendarDay(at: clock.now) }

  // MARK: What happens

  mutating func move() async throws {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: edit()
    case 1..<5:
      edit()
      try await reload(mayDie: true)
    case 5: pass()
    case 6:
      skips = Bool.random(using: &random)
      isRefused = Bool.random(using: &random)
      story.append("\(skips ? "skip" : "hold")\(isRefused ? ", a reading was refused" : "")")
    default: try await arrive(mayDie: true)
    }
  }

  /// All accounts are let in, and all files read.
  mutating func end() async throws {
    drafts = (Self.accounts + [Self.stranger]).enumerated().map { index, account in
      Draft(id: "c\(index)", requested: today.description, pairs: [.relay: account])
    }
    skips = false
    try await reload(mayDie: false)
    try await arrive(mayDie: false)
    try expect(try await held().isEmpty, "something is held")
    let wanted = firstPlaces.keys.filter { skippedFrom[$0.account] == nil }
    try expect(seen.isSuperset(of: wanted), "not all rows are events")
  }

  mutating func pass() {
    clock.move(days: Int64.random(in: 1...3, using: &random))
    story.append("it is \(today)")
  }

  func inForce(_ layout: Layout = .colisPrive) -> Rules {
    var rules = Rules(model.drafts, layout: layout)
    rules.unknownAccounts = skips ? .skip : .hold
    rules.isLatestLookWhole = !isRefused
    return rules
  }

  /// Rule 7: rows of an account that is none of anybody's are skipped, but never while anything is unclear.
  var isSkipping: Bool {
    skips && !isRefused && model.isClear
  }

  mutating func reload(mayDie: Bool) async throws {
    model.drafts = drafts
    // Another layout is in force now and then, by which no file here could be read.
    let layout = try Bool.random(using: &random) ? .colisPrive : Self.otherLayout()
    let rules = inForce(layout)
    try await work("read \(drafts)", mayDie: mayDie) { store, witness, now in
      let released = try await ContractUpkeep(store: store, observer: witness, now: now).run(rules)
      return released.reduce(0) { $0 + $1.counts.eventsNew }
    }
  }

  static func otherLayout() throws -> Layout {
    guard case .delimited(let separator, let quote, var names) = Layout.colisPrive.format else {
      throw TestSupportError("the built-in layout is not delimited")
    }
    names[.parcel] = ["Colis"]
    return try Layout(
      name: "other", version: "1",
      format: .delimited(separator: separator, quote: quote, names: names))
  }

  mutating func arrive(mayDie: Bool) async throws {
    for _ in 0..<Int.random(in: 1...2, using: &random) { try write() }
    let paths = files.map { folder.file($0.name) }
    let rules = inForce()
    let names = files.suffix(2).map { "\($0.name) \($0.lines.map { $0?.line ?? "?" })" }
    try await work("files, of which the last are \(names)", mayDie: mayDie) { store, witness, now in
      _ = try await LocalFiles(store: store, observer: witness, now: now)
        .ingest(paths, rules)
      return 0
    }
  }

  mutating func write() throws {
    let name = "\(files.count).csv"
    let lines = (0..<Int.random(in: 0...8, using: &random)).map { _ -> Identity? in
      guard Int.random(in: 0..<10, using: &random) > 0 else { return nil }
      return Identity(
        account: pick(Self.accounts + [Self.stranger]), parcel: pick(Self.parcels),
        code: pick(Self.codes))
    }
    let text = lines.map { ($0?.line ?? "no row") + "\n" }.joined()
    try folder.write(name, trackingFile(rows: 0) + Array(text.utf8))
    files.append((name, lines))
    for (index, row) in lines.enumerated() {
      guard let row, firstPlaces[row] == nil else { continue }
      firstPlaces[row] = Place(file: name, line: index + 2)
    }
  }

  /// Does something that looks at the contracts in force, and checks what became of it.
  /// - Parameter body: returns how many rows it let in.
  mutating func work(
    _ what: String, mayDie: Bool,
    _ body: (any EventStore, Witness, @escaping @Sendable () -> Int64) async throws -> Int
  ) async throws {
    // By the names of the last look; then the new ones.
    model.learn(try await store?.feeds() ?? [])
    model.look(on: today)
    let entries = Dictionary(
      uniqueKeysWithValues: (Self.accounts + [Self.stranger]).map {
        ($0, model.entry(of: $0, on: today))
      })
    if isSkipping {
      let whole = try await store?.files(state: .ingested).map { Self.name($0.path) } ?? []
      let open = files.map(\.name).filter { !whole.contains($0) }
      let remembered = Set(try await store?.feeds().map(\.account) ?? [])
      for account in Self.accounts + [Self.stranger]
      where !remembered.contains(account) && !model.isNamed(account) {
        skippedFrom[account, default: []].formUnion(open)
      }
    }
    let writes = mayDie && Bool.random(using: &random) ? Int.random(in: 0...8, using: &random) : nil
    story.append("\(what)\(writes.map { ", dying at write \($0)" } ?? "")")
    let isDead = try await live(pick(FailingStore.Death.allCases), after: writes, body)
    if isDead { try await restart() }
    try await checkEvents(entries)
    try await checkHeld(entries, isDone: !isDead)
    try await checkFiles()
  }

  /// Does something in a process that may die of it.
  /// - Returns: whether it died; nothing of it is left then.
  mutating func live(
    _ death: FailingStore.Death, after writes: Int?,
    _ body: (any EventStore, Witness, @escaping @Sendable () -> Int64) async throws -> Int
  ) async throws -> Bool {
    guard let store else { throw TestSupportError("there is no store") }
    let mortal = FailingStore(store, after: writes, death)
    do {
      figures.released += try await body(mortal, Witness(), { [clock] in clock.now })
      try expect(!mortal.isDead, "it died and nobody noticed")
    } catch let error as StoreError {
      guard mortal.isDead else { throw error }
      figures.deaths += 1
    }
    return mortal.isDead
  }

  /// Begins again with what is on disk.
  mutating func restart() async throws {
    store = nil
    var opened: (any EventStore)?
    try await eventually("the store is free") {
      opened = try? open()
      return opened != nil
    }
    store = opened
    model.remember(try await opened?.feeds() ?? [])
  }
}
