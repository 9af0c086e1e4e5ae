import Carrier
import Contract
import ParcelStore
import Status
import TrackingFile

/// One line of a tracking file, as the carrier would write it.
struct Row: Sendable {
  var account = "E1"
  var accountID = "EM180619"
  var parcel = "991122334455"
  var order = "CMD-1042"
  /// A code of `Samples.statusMap`: the name of a status.
  var code = "delivered"
  var label = ""
  var date = "28/08/2026 11:42:10"
  var site = "75A"
  var postcode = "75012"
  var country = "FR"
  /// Stands for the whole line where given.
  var raw: String?

  static func raw(_ line: String) -> Row { Row(raw: line) }

  var line: String {
    raw
      ?? [
        account, accountID, parcel, order, code, label, date, site, postcode, country,
      ].joined(separator: ";")
  }
}

/// Makes what a store takes in, in the only possible way: through the reader and the gate.
enum Samples {
  static let header =
    "CPCustoID;AccountID;CPPclCode;OrderID;StsCode;StsDesc;StsDate;SiteCode;CsgZipCode;Country"

  /// When commits happen unless a test says otherwise: 2026-09-01T22:00:00+02:00.
  static let now: Int64 = 1_788_292_800

  static let parcel = number("991122334455")
  static let shop = pair("E1", "EM180619")
  static let otherShop = pair("D0", "EM000001")
  /// Of a contract that lacks its user name.
  static let incomplete = pair("E2", "EM222222")
  static let stranger = pair("X9", "XX999999")

  static func number(_ text: String) -> ParcelNumber {
    guard let number = ParcelNumber(text) else { preconditionFailure("\(text) is no number") }
    return number
  }

  static func pair(_ account: String, _ id: String) -> AccountPair {
    guard let pair = AccountPair(account: account, accountID: id) else {
      preconditionFailure("\(account) / \(id) is no pair")
    }
    return pair
  }

  /// Has each status under its own name as a code, and the carrier's public labels.
  static let statusMap: StatusMap = {
    let codes = ParcelStatus.allCases.filter { $0 != .unmapped }.map {
      StatusMap.CodeRule(code: $0.name, meaning: Meaning(status: $0))
    }
    do {
      return try StatusMap(
        name: "samples", version: "1", codes: codes, labels: [], extending: .builtIn)
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  static let gate = makeGate(unknownAccounts: .hold)
  /// Does not keep rows of unknown accounts.
  static let skippingGate = makeGate(unknownAccounts: .skip)

  private static func makeGate(unknownAccounts: UnknownAccounts) -> Gate {
    func contract(_ id: String, _ pair: AccountPair, username: String) -> MerchantContract {
      let service = ServiceForm(fields: [
        .username: username, .password: ServiceForm.secretGiven, .account: pair.account,
        .accountID: pair.accountID,
      ])
      return MerchantContract(
        form: ContractForm(
          id: id, subscription: .init(plan: "growth", active: "true"),
          tracking: .init(requested: "2026-01-15"), services: [.homeFR: service]))
    }
    let contracts = ContractSet([
      contract("shop", shop, username: "dupont"),
      contract("other", otherShop, username: "martin"),
      contract("half", incomplete, username: ""),
    ])
    guard let today = CalendarDay("2026-09-01") else { preconditionFailure("no such day") }
    return Gate(contracts: contracts, today: today, unknownAccounts: unknownAccounts)
  }

  /// Reads lines and lets them through the gate.
  /// - Parameter firstLine: the number of the first of them in their file.
  static func batches(
    _ lines: [[UInt8]], firstLine: Int = 2, layout: Layout = .colisPrive, gate: Gate = gate,
    statusMap: StatusMap = statusMap
  ) throws -> [EventBatch] {
    var bytes = Array(header.utf8)
    // Blank lines count, so the lines after them have higher numbers.
    bytes += Array(repeating: UInt8(ascii: "\n"), count: firstLine - 1)
    for line in lines { bytes += line + [UInt8(ascii: "\n")] }
    var reader = TrackingFileReader(layout: layout)
    var packer = EventPacker()
    var meanings = WordingMeanings(by: statusMap)
    var batches: [EventBatch] = []
    reader.supply(bytes)
    while case .batch(let batch) = try reader.next() {
      batches.append(packer.pack(gate.admit(batch), meanings: &meanings))
    }
    reader.finish()
    while case .batch(let batch) = try reader.next() {
      batches.append(packer.pack(gate.admit(batch), meanings: &meanings))
    }
    return batches
  }
}

/// A file of the drop.
struct SampleFile {
  var source = SourceID.local
  var path = "out/a.csv"
  var size: Int64? = 1000
  var mtime: Int64? = 1_788_000_000
  var layout = Layout.colisPrive
  var gate = Samples.gate
  var statusMap = Samples.statusMap

  var sighting: FileSighting {
    FileSighting(source: source, path: path, size: size, mtime: mtime)
  }

  /// A run of the file's lines.
  /// - Parameters:
  ///   - firstLine: where the run begins; the file's first row is in line 2, after the header.
  ///   - end: nil: more lines are to come.
  func part(
    _ rows: [Row], firstLine: Int = 2, end: FileEnd? = .ingested()
  ) throws -> FilePart {
    try part(lines: rows.map { Array($0.line.utf8) }, firstLine: firstLine, end: end)
  }

  func part(
    lines: [[UInt8]], firstLine: Int = 2, end: FileEnd? = .ingested()
  ) throws -> FilePart {
    let batches = try Samples.batches(
      lines, firstLine: firstLine, layout: layout, gate: gate, statusMap: statusMap)
    return FilePart(
      file: sighting, layout: layout.name,
      origin: .reading(isFirst: firstLine == 2, header: Array(Samples.header.utf8)),
      batches: batches, end: end)
  }
}

extension FileEnd {
  static func ingested(_ postAction: PostAction = .leave) -> FileEnd {
    FileEnd(
      isFinal: true, state: .ingested, sha256: Array(repeating: 0xab, count: 32),
      error: nil, postAction: postAction)
  }

  static func failed(_ error: String, isFinal: Bool, state: FileState = .failed) -> FileEnd {
    FileEnd(
      isFinal: isFinal, state: state, sha256: nil, error: error, postAction: .leave)
  }
}

extension EventStore {
  @discardableResult
  func commit(_ parts: FilePart..., at instant: Int64 = Samples.now) async throws -> CommitReport {
    var group = CommitGroup()
    group.parts = parts
    return try await commit(group, receivedAt: instant)
  }

  /// Commits one whole file with these rows.
  @discardableResult
  func commit(
    _ rows: [Row], path: String = "out/a.csv", at instant: Int64 = Samples.now
  ) async throws -> CommitReport {
    try await commit(SampleFile(path: path).part(rows), at: instant)
  }

  func allEvents() async throws -> [StoredEvent] { try await events(after: 0, limit: .max) }

  /// The current status of the sample parcel, on which the list and the timeline must agree.
  func currentStatus(of parcel: ParcelNumber = Samples.parcel) async throws -> ParcelStatus? {
    let listed = try await parcels(ParcelFilter(limit: 1000)).filter { $0.parcel == parcel }
    let shown = try await timelines(of: parcel, accountID: nil)
    guard listed.count == 1, shown.count == 1, let current = shown[0].current,
      current.meaning == listed[0].meaning
    else { return nil }
    return current.meaning.status
  }
}

extension EventStore {
  /// For files of this machine: most tests have no source.
  func pendingPostActions() async throws(StoreError) -> [LedgerFile] {
    try await pendingPostActions(of: .local)
  }

  func readAgain(unlessReadBy layout: String) async throws(StoreError) -> Int {
    try await readAgain(unlessReadBy: layout, of: .local)
  }

  func file(at path: String) async throws(StoreError) -> LedgerFile? {
    try await files(at: path).last
  }
}

extension FeedRecord {
  /// The same record with the times of its rows.
  func withRows(first: Int64?, last: Int64?) -> FeedRecord {
    var record = self
    record.firstRowAt = first
    record.lastRowAt = last
    return record
  }
}
