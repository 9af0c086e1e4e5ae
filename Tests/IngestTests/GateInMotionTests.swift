import Contract
import Ingest
import ParcelStore
import TestSupport
import Testing
import TrackingFile

/// Contracts that are edited and read again, files that arrive, days that pass and a process that dies,
/// in any order.
@Suite struct GateInMotionTests {
  @Test("whatever happens in whatever order, exactly what is allowed comes in, and once")
  func anyOrder() async throws {
    var figures = Motion.Figures()
    for seed in Effort(rounds: Effort.isTorture ? 1_000 : 100) {
      var motion = try Motion(seed: UInt64(seed))
      do {
        for _ in 0..<10 { try await motion.move() }
        try await motion.end()
      } catch {
        Issue.record("seed \(seed): \(error)\n\(motion.story.joined(separator: "\n"))")
        return
      }
      figures += motion.figures
    }
    #expect(figures.deaths > 0 && figures.released > 0 && figures.held > 0)
    #expect(figures.skipped > 0 && figures.renamings > 0)
    Figures.note("gate.events", figures.events)
    Figures.note("gate.released", figures.released)
    Figures.note("gate.deaths", figures.deaths)
    Figures.note("gate.sequences", figures.sequences)
  }
}

/// One installation to which things happen.
private struct Motion {
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
  private struct Identity: Hashable {
    var account: AccountPair
    var parcel: String
    var code: String

    var line: String {
      "\(account.account);\(account.accountID);\(parcel);A;\(code);;28/08/2026 10:00;75A;75012;FR"
    }
  }

  private struct Place: Hashable {
    var file: String
    var line: Int
  }

  private static let accounts = (0..<3).map { pair("E\($0)", "EM10000\($0)") }
  /// Like none of a contract's, so that its rows may be skipped.
  private static let stranger = pair("Z9", "QX777333")
  private static let parcels = (0..<2).map { "99112233445\($0)" }
  private static let codes = ["LIV", "EXP", "RET"]

  /// What has happened, for whoever looks into a failure.
  private(set) var story: [String] = []
  private(set) var figures = Figures()

  private var random: SeededGenerator
  private let folder: TemporaryDirectory
  private let clock = StandingClock()
  private var store: SQLiteStore?
  private var model = GateModel()
  /// The contracts as their files are, read or not.
  private var drafts: [Draft] = []
  /// Whether rows of unknown accounts are skipped, and whether the latest reading was refused.
  private var skips = false
  private var isRefused = false
  /// Files that were read, or begun, while rows of an account could be skipped.
  private var skippedFrom: [AccountPair: Set<String>] = [:]

  /// The lines of each file behind its header, in the order of arrival; nil: no row.
  private var files: [(name: String, lines: [Identity?])] = []
  /// Where a row stood first.
  private var firstPlaces: [Identity: Place] = [:]
  private var known: Set<ParcelOfAccount> = []
  private var seen: Set<Identity> = []

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    folder = try TemporaryDirectory()
    store = try open()
  }

  private func open() throws(StoreError) -> SQLiteStore {
    try SQLiteStore.open(path: folder.file("colisd.db"), for: .writing)
  }

  private var today: CalendarDay { CalendarDay(at: clock.now) }

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

  private mutating func pass() {
    clock.move(days: Int64.random(in: 1...3, using: &random))
    story.append("it is \(today)")
  }

  private func inForce(_ layout: Layout = .colisPrive) -> Rules {
    var rules = Rules(model.drafts, layout: layout)
    rules.unknownAccounts = skips ? .skip : .hold
    rules.isLatestLookWhole = !isRefused
    return rules
  }

  /// Rule 7: rows of an account that is none of anybody's are skipped, but never while anything is unclear.
  private var isSkipping: Bool {
    skips && !isRefused && model.isClear
  }

  private mutating func reload(mayDie: Bool) async throws {
    model.drafts = drafts
    // Another layout is in force now and then, by which no file here could be read.
    let layout = try Bool.random(using: &random) ? .colisPrive : Self.otherLayout()
    let rules = inForce(layout)
    try await work("read \(drafts)", mayDie: mayDie) { store, witness, now in
      let released = try await Upkeep(store: store, observer: witness, now: now).run(rules)
      return released.reduce(0) { $0 + $1.counts.eventsNew }
    }
  }

  private static func otherLayout() throws -> Layout {
    guard case .delimited(let separator, let quote, var names) = Layout.colisPrive.format else {
      throw TestSupportError("the built-in layout is not delimited")
    }
    names[.parcel] = "Colis"
    return try Layout(
      name: "other", version: "1",
      format: .delimited(separator: separator, quote: quote, names: names))
  }

  private mutating func arrive(mayDie: Bool) async throws {
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

  private mutating func write() throws {
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
  private mutating func work(
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
  private mutating func live(
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
  private mutating func restart() async throws {
    store = nil
    var opened: SQLiteStore?
    try await eventually("the store is free") {
      opened = try? open()
      return opened != nil
    }
    store = opened
    model.remember(try await opened?.feeds() ?? [])
  }

  // MARK: What must hold

  private func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws {
    guard condition else { throw TestSupportError(what()) }
  }

  /// New events were allowed when they came, are new indeed, and have the place of their first rows.
  private mutating func checkEvents(_ entries: [AccountPair: GateModel.Entry]) async throws {
    let events = try await store?.events(after: Int64(seen.count), limit: .max) ?? []
    let knownBefore = known
    for event in events {
      let identity = Identity(
        account: event.account, parcel: "\(event.parcel)", code: event.wording.code ?? "")
      let parcel = ParcelOfAccount(number: event.parcel, account: event.account)
      try expect(seen.insert(identity).inserted, "\(identity) came in twice")
      try expect(event.seq == seen.count, "seq \(event.seq)")
      switch entries[event.account] {
      case .everything: break
      case .knownParcels:
        try expect(knownBefore.contains(parcel), "\(identity) came in, its parcel is not known")
      default: throw TestSupportError("\(identity) came in, it is not allowed")
      }
      let place = Place(file: Self.name(event.file), line: event.line)
      // The first one may have been skipped.
      let isFirst = firstPlaces[identity] == place || skippedFrom[event.account] != nil
      try expect(isFirst, "\(identity) is said to be from \(place)")
      known.insert(parcel)
    }
    figures.events += events.count
  }

  /// Held rows are rows of their files; none is left that is allowed.
  private mutating func checkHeld(
    _ entries: [AccountPair: GateModel.Entry], isDone: Bool
  ) async throws {
    let held = try await held()
    for (place, row) in held {
      guard isDone else { continue }
      let parcel = ParcelOfAccount(
        number: try #require(ParcelNumber(row.parcel)), account: row.account)
      switch entries[row.account] {
      case .everything: throw TestSupportError("\(row) of \(place) is held, it is allowed")
      case .knownParcels:
        try expect(!known.contains(parcel), "\(row) of \(place) is held, its parcel is known")
      default: break
      }
    }
    figures.held += held.count
  }

  /// All held rows by their place.
  private func held() async throws -> [Place: Identity] {
    var held: [Place: Identity] = [:]
    for account in try await store?.heldAccounts() ?? [] {
      var place = HeldPlace()
      while let run = try await store?.heldRun(of: account.account, after: place, limit: 3) {
        place = run.last
        for line in run.lines {
          let place = Place(file: Self.name(run.origin.path), line: line.line)
          let row = files.first { $0.name == place.file }?.lines[line.line - 2]
          guard let row, row.account == account.account, Array(row.line.utf8) == line.raw else {
            throw TestSupportError("\(place) is held as what it is not")
          }
          held[place] = row
        }
      }
    }
    return held
  }

  /// Every line of every file is accounted for.
  private mutating func checkFiles() async throws {
    let held = try await held()
    let firsts = firstPlaces.filter { seen.contains($0.key) }.map(\.value)
    for file in try await store?.files(state: nil) ?? [] {
      let (name, counts) = (Self.name(file.path), file.counts)
      let sum = counts.eventsNew + counts.eventsRepeated + counts.held + counts.rejected
      try expect(
        counts.rows == sum + counts.skipped
          && (counts.skipped == 0 || skippedFrom.values.contains { $0.contains(name) }),
        "\(name) has \(counts)")
      figures.skipped += counts.skipped
      guard file.state == .ingested else { continue }
      let lines = files.first { $0.name == name }?.lines ?? []
      let new = firsts.filter { $0.file == name }
      // A reading that broke off may have let rows in that the next one had to hold.
      let isTwofold = new.contains { held[$0] != nil }
      try expect(
        counts.rows == lines.count && counts.rejected == lines.count { $0 == nil }
          && counts.held == held.keys.count { $0.file == name }
          && (counts.eventsNew == new.count || isTwofold || !skippedFrom.isEmpty),
        "\(name) has \(counts) of \(lines)")
      for (index, row) in lines.enumerated() {
        guard let row, !seen.contains(row) else { continue }
        let place = Place(file: name, line: index + 2)
        let isSkipped = skippedFrom[row.account]?.contains(name) == true
        try expect(held[place] != nil || isSkipped, "\(row) of \(place) is lost")
      }
    }
  }

  private static func name(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  // MARK: Edits

  private mutating func pick<T>(_ choices: [T]) -> T {
    choices[Int.random(in: choices.indices, using: &random)]
  }

  private mutating func edit() {
    for _ in 0..<Int.random(in: 1...3, using: &random) { editOnce() }
    story.append("edited")
  }

  private mutating func editOnce() {
    let kind = pick(ServiceKind.allCases.filter { $0 != .returns })
    guard !drafts.isEmpty, Int.random(in: 0..<5, using: &random) > 0 else {
      let id = "c\(Int.random(in: 0..<3, using: &random))"
      guard !drafts.contains(where: { $0.id == id }) else { return }
      drafts.append(Draft(id: id, pairs: [kind: pick(Self.accounts)]))
      return
    }
    let index = Int.random(in: drafts.indices, using: &random)
    drafts[index].version &+= 1
    switch Int.random(in: 0..<23, using: &random) {
    case 0: drafts[index].isActive.toggle()
    case 1: drafts[index].plan = pick(["free", "lite", "growth", "premium"])
    case 2, 3:
      let day = CalendarDay(at: clock.now + pick([-1, 0, 0, 1]) * 86_400).description
      drafts[index].requested = pick([nil, "2026-01-01", day, day])
    case 4: drafts[index].silence = pick([nil, "1h", "9d"])
    case 5: drafts[index].hasUsername.toggle()
    case 6: drafts.remove(at: index)
    case 7: give(drafts[index].firstPair, to: pick(Array(drafts.indices)), kind)
    case 8: drafts[index].pairs[kind] = nil
    case 9..<16: give(pick(Self.accounts), to: index, kind)
    case 16, 17:
      // Another name for the file, which keeps all that stands in it.
      let id = "c\(Int.random(in: 0..<6, using: &random))"
      guard !drafts.contains(where: { $0.id == id }) else { break }
      drafts[index].id = id
      figures.renamings += 1
    case 18, 19:
      // Two services share a pair.
      if let account = drafts[index].firstPair { drafts[index].pairs[kind] = account }
    case 20, 21:
      // Two services exchange theirs.
      let other = pick(ServiceKind.allCases.filter { $0 != .returns })
      let pairs = drafts[index].pairs
      (drafts[index].pairs[kind], drafts[index].pairs[other]) = (pairs[other], pairs[kind])
    default:
      let draft = drafts[index]
      drafts[index] = Draft(
        id: draft.id, requested: today.description, pairs: draft.pairs, version: draft.version)
    }
  }

  /// Gives an account to a service; mostly it is taken from the one that has it.
  private mutating func give(_ account: AccountPair?, to index: Int, _ kind: ServiceKind) {
    guard let account else { return }
    let isTaken = Int.random(in: 0..<5, using: &random) > 0
    for other in drafts.indices where isTaken || other == index {
      drafts[other].pairs = drafts[other].pairs.filter { $0.value != account }
    }
    drafts[index].pairs[kind] = account
  }
}

extension Draft {
  /// The same in every run.
  fileprivate var firstPair: AccountPair? {
    pairs.min { $0.key.rawValue < $1.key.rawValue }?.value
  }
}
