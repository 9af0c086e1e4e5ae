import Carrier
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
    _ contracts: [MerchantContract], unknown: UnknownAccounts = .hold, past: [FeedRecord] = []
  ) -> Gate {
    Gate(
      contracts: ContractSet(contracts), today: today, unknownAccounts: unknown,
      past: FeedPast(past))
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
    var batches: [RecordBatch] = []
    while case .batch(let batch) = try reader.next() { batches.append(batch) }
    return try #require(batches.first)
  }

  @Test
  func aPairIsAdmittedForItsService() throws {
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

  @Test(arguments: reasons)
  func rowsOfAContractThatMayNotReceiveAreHeldWithTheReason(
    contract: MerchantContract, reason: HoldReason
  ) throws {
    try #expect(gate([contract]).verdict(for: pair("E1", "EM180619")) == .hold(reason))
  }

  @Test
  func oneHalfFilledServiceHoldsTheRowsOfAllServicesOfItsContractAndOfNoOther() throws {
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

  @Test
  func unknownAccountsAreHeldOrSkippedAsTheConfigurationSays() throws {
    let stranger = try pair("E1", "EM999999")
    #expect(gate([Forms.contract()]).verdict(for: stranger) == .hold(.unknownAccount))
    #expect(gate([Forms.contract()], unknown: .skip).verdict(for: stranger) == .skip)
    let own = try pair("E1", "EM180619")
    let held = gate([Forms.contract(plan: "free")], unknown: .skip)
    #expect(held.verdict(for: own) == .hold(.subscriptionRequired))
  }

  @Test(arguments: [("e1", "EM180619"), ("E1", "em180619"), ("E1", "EM18061"), ("EM180619", "E1")])
  func valuesAreComparedExactly(account: String, accountID: String) throws {
    let verdict = gate([Forms.contract()]).verdict(for: try pair(account, accountID))
    #expect(verdict == .hold(.unknownAccount))
  }

  /// What is remembered of a service that had another pair and has E1 / EM180619 since a day.
  private func changed(
    since namedSince: Int64?, lastRowAt: Int64? = nil, formerRowAt: Int64? = 100
  ) throws -> [FeedRecord] {
    [
      FeedRecord(
        contract: "dupont", service: .homeFR, account: try pair("D0", "EM180000")
      ).withRows(first: formerRowAt, last: formerRowAt),
      FeedRecord(
        contract: "dupont", service: .homeFR, account: try pair("E1", "EM180619"),
        namedSince: namedSince
      ).withRows(first: lastRowAt, last: lastRowAt),
    ]
  }

  @Test
  func ofAPairThatAServiceHadBeforeRowsOfParcelsKnownComeInAndOthersAreHeld() throws {
    let service = ServiceReference(contract: "dupont", kind: .homeFR)
    let former = try pair("D0", "EM180000")
    let gate = gate([Forms.contract()], unknown: .skip, past: try changed(since: 200))
    #expect(gate.verdict(for: former) == .admitKnown(service, otherwise: .accountChanged))
    let batch = try batch([("D0", "EM180000"), ("E1", "EM180619"), ("D0", "EM180000")])
    let parcel = ParcelOfAccount(number: batch.records[0].parcel, account: former)
    #expect(gate.questions(about: batch) == [parcel])
    let known = gate.admit(batch, known: [parcel])
    #expect(known.admitted.map(\.index) == [0, 1, 2] && known.held.isEmpty)
    let unknown = gate.admit(batch)
    #expect(unknown.admitted.map(\.index) == [1])
    #expect(unknown.held.map(\.reason) == [.accountChanged, .accountChanged])
  }

  @Test
  func aPairUnderWhichNothingEverCameWasASlipOfThePenAndIsNobodysNow() throws {
    let past = try changed(since: 2_000_000_000, formerRowAt: nil)
    let gate = gate([Forms.contract()], past: past)
    #expect(gate.verdict(for: try pair("D0", "EM180000")) == .hold(.unknownAccount))
    let service = ServiceReference(contract: "dupont", kind: .homeFR)
    #expect(gate.verdict(for: try pair("E1", "EM180619")) == .admit(service))
  }

  @Test
  func theNewPairIsHeldUntilItsTransmissionWasRequestedAgain() throws {
    let own = try pair("E1", "EM180619")
    // 2026-11-20 and 2026-11-02, at noon.
    let (late, early): (Int64, Int64) = (1_795_172_400, 1_793_617_200)
    func verdict(_ past: [FeedRecord]) -> Verdict {
      gate([Forms.contract()], past: past).verdict(for: own)
    }
    let service = ServiceReference(contract: "dupont", kind: .homeFR)
    #expect(verdict(try changed(since: late)) == .hold(.trackingNotRequested))
    #expect(verdict(try changed(since: nil)) == .hold(.trackingNotRequested))
    #expect(verdict(try changed(since: early)) == .admit(service))
    #expect(verdict(try changed(since: late, lastRowAt: late)) == .admit(service))
  }

  @Test
  func whatKeepsAContractsRowsOutKeepsThoseOfItsFormerPairOutToo() throws {
    let former = try pair("D0", "EM180000")
    let lapsed = gate([Forms.contract(active: "false")], past: try changed(since: 200))
    #expect(lapsed.verdict(for: former) == .hold(.subscriptionRequired))
    // The contract that has the pair now gets its rows.
    let other = Forms.contract(
      id: "other",
      [.relay: Forms.service(.relay, [.account: "D0", .accountID: "EM180000"])])
    let taken = gate([Forms.contract(), other], past: try changed(since: 200))
    #expect(
      taken.verdict(for: former) == .admit(ServiceReference(contract: "other", kind: .relay)))
  }

  @Test
  func unknownRowsAreNotSkippedAsLongAsAContractsPairIsNotKnown() throws {
    let stranger = try pair("X9", "XX999999")
    let half = Forms.contract([.homeFR: Forms.service(.homeFR, without: [.accountID])])
    #expect(gate([half], unknown: .skip).verdict(for: stranger) == .hold(.unknownAccount))
    #expect(gate([Forms.contract()], unknown: .skip).verdict(for: stranger) == .skip)
    let unreadable = Gate(
      contracts: ContractSet([Forms.contract()], hasUnreadable: true), today: today,
      unknownAccounts: .skip)
    #expect(unreadable.verdict(for: stranger) == .hold(.unknownAccount))
    // A pair that was named by a contract which is not among those that could be read.
    let remembered = Gate(
      contracts: ContractSet([Forms.contract()], hasUnreadable: true), today: today,
      unknownAccounts: .skip,
      past: FeedPast([
        FeedRecord(contract: "other", service: .relay, account: stranger, namedSince: 100)
      ]))
    #expect(remembered.verdict(for: stranger) == .hold(.contractIncomplete))
    #expect(unreadable.reason(against: stranger) == .unknownAccount)
    #expect(gate([Forms.contract()], unknown: .skip).reason(against: stranger) == .unknownAccount)
    try #expect(gate([Forms.contract()]).reason(against: pair("E1", "EM180619")) == nil)
  }

  @Test
  func aPairThatTwoContractsClaimIsLetInForNeither() throws {
    let gate = gate([Forms.contract(id: "a"), Forms.contract(id: "b")])
    try #expect(gate.verdict(for: pair("E1", "EM180619")) == .hold(.contractIncomplete))
  }

  @Test
  func whatAContractNamedOnceOrMayHaveMeantIsHeldWhereStrangersAreSkipped() throws {
    let stranger = try pair("X9", "XX999999")
    func record(_ contract: String, named: Int64?) -> [FeedRecord] {
      [
        FeedRecord(
          contract: contract, service: .relay, account: stranger, namedSince: named
        ).withRows(first: 100, last: 100)
      ]
    }
    let whole = Forms.contract()
    #expect(gate([whole], unknown: .skip).verdict(for: stranger) == .skip)
    // Its contract, or its service, is gone.
    for contract in ["other", "dupont"] {
      #expect(
        gate([whole], unknown: .skip, past: record(contract, named: 50)).verdict(for: stranger)
          == .hold(.unknownAccount))
    }
    // Its contract is empty for the moment.
    let empty = Forms.contract(id: "other", [:])
    #expect(
      gate([whole, empty], unknown: .skip, past: record("other", named: 50)).verdict(for: stranger)
        == .hold(.contractIncomplete))
    #expect(gate([whole, empty], unknown: .skip).verdict(for: stranger) == .hold(.unknownAccount))
    // One character off, another letter case, another category.
    for near in [("E1", "EM180618"), ("e1", "em180619"), ("E2", "EM180619")] {
      let verdict = gate([whole], unknown: .skip).verdict(for: try pair(near.0, near.1))
      #expect(verdict == .hold(.unknownAccount))
    }
  }

  @Test
  func verdictsFollowTheDay() throws {
    let contracts = ContractSet([Forms.contract(requested: "2026-11-25")])
    let tomorrow = try #require(CalendarDay("2026-11-25"))
    let own = try pair("E1", "EM180619")
    let before = Gate(contracts: contracts, today: today, unknownAccounts: .hold)
    let after = Gate(contracts: contracts, today: tomorrow, unknownAccounts: .hold)
    #expect(before.verdict(for: own) == .hold(.trackingNotRequested))
    #expect(after.verdict(for: own) == .admit(ServiceReference(contract: "dupont", kind: .homeFR)))
  }

  @Test
  func aBatchIsSortedRowByRowInTheOrderOfTheFile() throws {
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
    #expect(held.skipped.isEmpty)

    let skipping = gate(contracts, unknown: .skip).admit(try batch(rows))
    #expect(skipping.admitted.map(\.index) == [0, 1, 4, 5])
    #expect(skipping.held.map(\.index) == [2])
    #expect(try skipping.skipped.map(\.account) == [pair("X9", "EM000000")])
    #expect(skipping.skipped.map(\.rows) == [2])
  }

  @Test
  func theVerdictOnABatchsRowsIsTheVerdictOnTheirPairs() throws {
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
    try #require(!gated.admitted.isEmpty && !gated.held.isEmpty)
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
