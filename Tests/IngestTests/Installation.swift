import Carrier
import Contract
import Foundation
import Ingest
import ParcelStore
import SQLiteStore
import Status
import Synchronization
import TestSupport
import Testing
import TrackingFile

/// A contract as a merchant's file says it, for tests to change field by field.
struct Draft: Hashable, Sendable {
  var id = "dupont"
  var plan = "growth"
  var isActive = true
  var requested: String? = "2026-01-01"
  var silence: String?
  var hasUsername = true
  var pairs: [ServiceKind: AccountPair] = [.homeBE: pair("E1", "EM180619")]
  /// Which version of its file it is.
  var version: UInt8 = 1
  /// When its file was edited: seconds since 1970.
  var editedAt: Int64?

  var source: ContractSource {
    ContractSource(
      path: "contracts.d/\(id).yaml", sha256: Array(repeating: version, count: 32))
  }

  var contract: MerchantContract {
    let services = pairs.mapValues { pair in
      ServiceForm(fields: [
        .username: hasUsername ? "WS" : "", .password: ServiceForm.secretGiven,
        .account: pair.account, .accountID: pair.accountID,
      ])
    }
    var form = ContractForm(
      id: id, subscription: .init(plan: plan, active: isActive ? "true" : "false"),
      tracking: .init(requested: requested, silence: silence), services: services)
    form.source = source
    form.editedAt = editedAt
    return MerchantContract(form: form)
  }
}

func pair(_ account: String, _ accountID: String) -> AccountPair {
  guard let pair = AccountPair(account: account, accountID: accountID) else {
    preconditionFailure("\(account) / \(accountID) is no pair")
  }
  return pair
}

extension Rules {
  init(_ drafts: [Draft], layout: Layout = .colisPrive, occasion: String = "at start") {
    self.init(
      reading: ReadingRules(layout: layout, settle: .none), statusMap: .builtIn,
      contracts: ContractSet(drafts.map(\.contract)), unknownAccounts: .hold, occasion: occasion)
  }
}

/// A clock that stands until it is moved.
final class StandingClock: Sendable {
  private let seconds: Mutex<Int64>

  init(at seconds: Int64 = fixedNow()) { self.seconds = Mutex(seconds) }

  /// Seconds since 1970.
  var now: Int64 { seconds.withLock { $0 } }

  func move(by seconds: Int64) { self.seconds.withLock { $0 += seconds } }
  func move(days: Int64) { move(by: days * 86_400) }
}

/// A store with what is around it: files that arrive, a clock, and an observer.
struct Installation {
  let folder: TemporaryDirectory
  let clock: StandingClock
  let witness = Witness()
  var store: any EventStore

  init(store: (any EventStore)? = nil, clock: StandingClock = StandingClock()) throws {
    folder = try TemporaryDirectory()
    self.clock = clock
    self.store = try store ?? SQLiteEventStore.temporary()
  }

  /// Reads a file with these lines behind its header.
  @discardableResult
  func ingest(_ name: String, _ lines: [UInt8]..., by rules: Rules) async throws -> PollSummary {
    let path = try folder.write(name, trackingFile(rows: 0) + Array(lines.joined()))
    return try await LocalFiles(store: store, observer: witness, now: { [clock] in clock.now })
      .ingest([path], rules)
  }

  /// Holds rows as another version did.
  /// - Parameters:
  ///   - written: the layout as it kept it.
  ///   - header: above these lines, where another one begins the file.
  func hold(
    _ name: String, _ lines: [UInt8], written: String?, under header: [UInt8]? = nil
  ) async throws {
    var reader = TrackingFileReader(layout: .colisPrive)
    let gate = Gate(
      contracts: ContractSet([]), today: CalendarDay(at: clock.now), unknownAccounts: .hold)
    var packer = EventPacker()
    var meanings = WordingMeanings(by: .builtIn)
    var batches: [EventBatch] = []
    reader.supply((header.map { $0 + [0x0a] } ?? trackingFile(rows: 0)) + lines)
    reader.finish()
    while case .batch(let batch) = try reader.next() {
      batches.append(packer.pack(gate.admit(batch), meanings: &meanings))
    }
    for index in batches.indices { batches[index].header = header }
    let end = FileEnd(isFinal: true, state: .ingested, sha256: nil, error: nil, postAction: .leave)
    var part = FilePart(
      file: FileSighting(path: name, size: 1, mtime: 1), layout: "colisprive",
      origin: .reading(isFirst: true, header: Array(trackingFile(rows: 0).dropLast())),
      batches: batches, end: end)
    part.written = written
    var group = CommitGroup()
    group.parts = [part]
    _ = try await store.commit(group, receivedAt: clock.now)
  }

  @discardableResult
  func keepUp(_ rules: Rules, accountID: String? = nil) async throws -> [ReleasedRows] {
    try await ContractUpkeep(store: store, observer: witness, now: { [clock] in clock.now })
      .run(rules, accountID: accountID)
  }

  /// Notes that the drop was listed now; before a look nobody can say that nothing came.
  func look() async throws {
    let source = ConfiguredSource(name: "drop", place: "dupont@drop:22 /out")
    let id = try #require(try await store.register([source]).ids.first)
    try await store.notePoll(of: id, .succeeded, at: clock.now, next: nil)
  }

  /// Where the events of a pair come from, in the order of `seq`: `a.csv:2`.
  func origins(of account: AccountPair) async throws -> [String] {
    try await store.events(after: 0, limit: .max).filter { $0.account == account }.map {
      "\($0.origin.file.split(separator: "/").last ?? ""):\($0.origin.line)"
    }
  }

  /// Held rows by pair: `E1 / EM180619 account-changed 3`.
  func held() async throws -> [String] {
    try await store.held().map { "\($0.account) \($0.reason.rawValue) \($0.rows)" }
  }
}

/// Lines of distinct events of one pair, without a header; five of them are one parcel's.
func lines(_ account: AccountPair, _ rows: Range<Int>) -> [UInt8] {
  let text = "\(account.account);\(account.accountID)"
  return Array(
    trackingFile(rows: rows.count, account: text, from: rows.lowerBound)
      .dropFirst(trackingFile(rows: 0).count))
}
