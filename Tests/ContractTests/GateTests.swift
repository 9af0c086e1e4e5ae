import Contract
import Testing
import TrackingFile

struct GateTests {
  private let today: CalendarDay
  init() throws { today = try #require(Forms.today) }

  private func pair(_ account: String, _ accountID: String) throws -> AccountPair {
    try #require(AccountPair(account: account, accountID: accountID))
  }

  private func gate(
    _ contracts: [MerchantContract], unknown: UnknownAccounts = .hold, former: Set<AccountPair> = []
  ) -> Gate {
    Gate(
      contracts: ContractSet(contracts), today: today, unknownAccounts: unknown,
      formerPairs: former)
  }

  /// Reads rows of the accounts given, as a file of the carrier has them.
  private func batch(_ accounts: [(String, String)]) throws -> RecordBatch {
    var text = "CPCustoID;AccountID;CPPclCode;StsCode;StsDate\n"
    for (account, accountID) in accounts {
      text += "\(account);\(accountID);991122334455;LIV;28/08/2026 11:42:10\n"
    }
    var reader = TrackingFileReader(layout: .colisPrive)
    reader.supply(Array(text.utf8))
    reader.finish()
    return try #require(try reader.next())
  }

  @Test("a pair is admitted for its service")
  func admission() throws {
    let gate = gate([
      Forms.contract([
        .homeFR: Forms.service(.homeFR), .relay: Forms.service(.relay, [.account: "R2"]),
      ])
    ])
    let home = ServiceReference(contract: "dupont", kind: .homeFR)
    let relay = ServiceReference(contract: "dupont", kind: .relay)
    try #expect(gate.verdict(for: pair("E1", "EM180619")) == .admit(home))
    try #expect(gate.verdict(for: pair("R2", "EM180619")) == .admit(relay))
  }

  static let reasons: [(MerchantContract, HoldReason)] = [
    (
      Forms.contract([.homeFR: Forms.service(.homeFR, without: [.username])]), .contractIncomplete
    ),
    (Forms.contract(plan: "free"), .subscriptionRequired),
    (Forms.contract(active: "false"), .subscriptionRequired),
    (Forms.contract(requested: nil), .trackingNotRequested),
    (Forms.contract(requested: "2026-11-25"), .trackingNotRequested),
  ]

  @Test("rows of a contract that may not receive are held with the reason", arguments: reasons)
  func holding(contract: MerchantContract, reason: HoldReason) throws {
    try #expect(gate([contract]).verdict(for: pair("E1", "EM180619")) == .hold(reason))
  }

  @Test("one half-filled service holds the rows of all services of its contract, and of no other")
  func incompleteHoldsItsOwn() throws {
    let gate = gate([
      Forms.contract(
        id: "a",
        [
          .homeFR: Forms.service(.homeFR), .relay: Forms.service(.relay, without: [.account]),
        ]),
      Forms.contract(id: "b", [.homeFR: Forms.service(.homeFR, [.accountID: "EM180620"])]),
    ])
    try #expect(gate.verdict(for: pair("E1", "EM180619")) == .hold(.contractIncomplete))
    try #expect(
      gate.verdict(for: pair("E1", "EM180620"))
        == .admit(ServiceReference(contract: "b", kind: .homeFR)))
  }

  @Test("unknown accounts are held or skipped, as the configuration says")
  func unknownAccounts() throws {
    let stranger = try pair("E1", "EM999999")
    #expect(gate([Forms.contract()]).verdict(for: stranger) == .hold(.unknownAccount))
    #expect(gate([Forms.contract()], unknown: .skip).verdict(for: stranger) == .skip)
    let own = try pair("E1", "EM180619")
    let held = gate([Forms.contract(plan: "free")], unknown: .skip)
    #expect(held.verdict(for: own) == .hold(.subscriptionRequired))
  }

  @Test(
    "values are compared exactly",
    arguments: [("e1", "EM180619"), ("E1", "em180619"), ("E1", "EM18061"), ("EM180619", "E1")])
  func exactComparison(account: String, accountID: String) throws {
    let verdict = gate([Forms.contract()]).verdict(for: try pair(account, accountID))
    #expect(verdict == .hold(.unknownAccount))
  }

  @Test("a pair that a service had before is held as changed, unless a contract has it now")
  func formerPairs() throws {
    let own = try pair("E1", "EM180619")
    let former = try pair("D0", "EM180619")
    let gate = gate([Forms.contract()], unknown: .skip, former: [own, former])
    #expect(gate.verdict(for: former) == .hold(.accountChanged))
    #expect(gate.verdict(for: own) == .admit(ServiceReference(contract: "dupont", kind: .homeFR)))
  }

  @Test("a pair that two contracts claim is let in for neither")
  func conflict() throws {
    let gate = gate([Forms.contract(id: "a"), Forms.contract(id: "b")])
    try #expect(gate.verdict(for: pair("E1", "EM180619")) == .hold(.contractIncomplete))
  }

  @Test("verdicts follow the day")
  func day() throws {
    let contracts = ContractSet([Forms.contract(requested: "2026-11-25")])
    let tomorrow = try #require(CalendarDay("2026-11-25"))
    let own = try pair("E1", "EM180619")
    let before = Gate(contracts: contracts, today: today, unknownAccounts: .hold)
    let after = Gate(contracts: contracts, today: tomorrow, unknownAccounts: .hold)
    #expect(before.verdict(for: own) == .hold(.trackingNotRequested))
    #expect(after.verdict(for: own) == .admit(ServiceReference(contract: "dupont", kind: .homeFR)))
  }

  @Test("a batch is sorted row by row, in the order of the file")
  func gatedBatch() throws {
    let contracts = [
      Forms.contract(id: "a"),
      Forms.contract(id: "b", plan: "free", [.homeFR: Forms.service(.homeFR, [.account: "D0"])]),
      Forms.contract(id: "c", [.relay: Forms.service(.relay, [.account: "R2"])]),
    ]
    let rows = [
      ("E1", "EM180619"), ("E1", "EM180619"), ("D0", "EM180619"), ("X9", "EM000000"),
      ("R2", "EM180619"), ("E1", "EM180619"), ("X9", "EM000000"),
    ]
    let held = gate(contracts).admit(try batch(rows))
    #expect(held.admitted.map(\.index) == [0, 1, 4, 5])
    #expect(held.admitted.map { held.service(of: $0).contract } == ["a", "a", "c", "a"])
    #expect(held.admitted.map { held.service(of: $0).kind } == [.homeFR, .homeFR, .relay, .homeFR])
    #expect(held.held.map(\.index) == [2, 3, 6])
    #expect(
      held.held.map(\.reason) == [.subscriptionRequired, .unknownAccount, .unknownAccount])
    #expect(held.skipped == 0)

    let skipping = gate(contracts, unknown: .skip).admit(try batch(rows))
    #expect(skipping.admitted.map(\.index) == [0, 1, 4, 5])
    #expect(skipping.held.map(\.index) == [2])
    #expect(skipping.skipped == 2)
  }

  @Test("the verdict on a batch's rows is the verdict on their pairs")
  func batchAgreesWithVerdict() throws {
    let contracts = (0..<200).map { number in
      Forms.contract(
        id: "contract-\(number)", plan: number % 3 == 0 ? "free" : "lite",
        requested: number % 5 == 0 ? nil : "2026-01-01",
        [.homeBE: Forms.service(.homeBE, [.accountID: "EM\(1000 + number)"])])
    }
    let gate = gate(contracts)
    // Runs of one pair and jumps between pairs, some of them unknown.
    let rows = (0..<2_000).map { ("E1", "EM\(990 + $0 / 3 * 7_919 % 220)") }
    let gated = gate.admit(try batch(rows))
    #expect(gated.admitted.count + gated.held.count == rows.count)
    for record in gated.admitted {
      let account = gated.batch.account(of: gated.batch.records[Int(record.index)])
      #expect(gate.verdict(for: account) == .admit(gated.service(of: record)))
    }
    for record in gated.held {
      let account = gated.batch.account(of: gated.batch.records[Int(record.index)])
      #expect(gate.verdict(for: account) == .hold(record.reason))
    }
  }
}
