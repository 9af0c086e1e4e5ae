import Carrier
import Contract
import ParcelStore
import SampleValues
import Status
import Testing
import Webhooks

@Suite struct DeliveryChoiceTests {
  private static let now = Samples.time + 3_600
  private static let contracts = ContractSet([
    Samples.contract(),
    MerchantContract(
      form: ContractForm(
        id: "martin", name: nil, subscription: .init(plan: "growth", active: "true"),
        tracking: .init(requested: "2026-08-01"),
        services: [
          .homeFR: ServiceForm(fields: [
            .username: "MARTINWS", .password: ServiceForm.secretGiven, .account: "D0",
            .accountID: "EM000001",
          ])
        ])),
  ])

  private static func choice(_ change: (inout Endpoint) -> Void = { _ in }) throws -> DeliveryChoice
  {
    var endpoint = try Samples.endpoint()
    change(&endpoint)
    return DeliveryChoice(endpoint, contracts)
  }

  private static func isWanted(
    _ event: StoredEvent, _ change: (inout Endpoint) -> Void = { _ in }
  ) throws -> Bool {
    try choice(change).verdict(.event(event), asOf: now) == .wanted
  }

  @Test func withoutAChoiceAllEventsAreWanted() throws {
    for status in ParcelStatus.allCases {
      #expect(try Self.isWanted(Samples.noted(status, changes: false)))
    }
    let stranger = Samples.event(account: Samples.pair("X1", "NOBODY"))
    #expect(try Self.isWanted(stranger))
    let pruned = JournalEntry.pruned(PrunedRange(1...2))
    #expect(try Self.choice().verdict(pruned, asOf: Self.now) == .unwanted)
  }

  @Test func statusesAreChosen() throws {
    let some: (inout Endpoint) -> Void = { $0.statuses = [.delivered, .deliveryFailed] }
    #expect(try Self.isWanted(Samples.event(.deliveryFailed), some))
    #expect(try !Self.isWanted(Samples.event(.inTransit), some))
    let choice = try Self.choice(some)
    func verdict(_ correction: StatusCorrection) -> DeliveryChoice.Verdict {
      choice.verdict(.correction(correction), asOf: Self.now)
    }
    #expect(verdict(Samples.correction(.delivered)) == .wantedIfYoung)
    #expect(verdict(Samples.correction(.returned, from: .delivered)) == .unwanted)
  }

  @Test func aContractThatCanNotBeReadLosesNothingOfWhatItBroughtBefore() throws {
    var endpoint = try Samples.endpoint()
    endpoint.contracts = ["martin"]
    let choice = DeliveryChoice(endpoint, ContractSet([], hasUnreadable: true))
    let entry = JournalEntry.event(Samples.event())
    var parcel = ParcelStanding()
    #expect(choice.verdict(entry, asOf: Self.now) == .wanted, "its parcel says more")
    #expect(choice.verdict(entry, of: parcel, asOf: Self.now) == .unwanted)
    parcel.contract = "martin"
    #expect(choice.verdict(entry, of: parcel, asOf: Self.now) == .wanted)
    parcel.contract = "dupont"
    #expect(choice.verdict(entry, of: parcel, asOf: Self.now) == .unwanted)
  }

  @Test func onlyChangesAreThoseOfTheCurrentStatus() throws {
    let changes: (inout Endpoint) -> Void = { $0.onlyChanges = true }
    #expect(try Self.isWanted(Samples.noted(changes: true), changes))
    #expect(try !Self.isWanted(Samples.noted(changes: false, isFirst: true), changes))
    // Of an event of an older version nobody knows.
    #expect(try Self.isWanted(Samples.event(), changes))
    let choice = try Self.choice(changes)
    let same = Samples.correction(.delivered, from: .delivered)
    #expect(choice.verdict(.correction(same), asOf: Self.now) == .unwanted)
    #expect(choice.verdict(.correction(Samples.correction()), asOf: Self.now) == .wantedIfYoung)
  }

  @Test func contractsAreChosenByTheirAccounts() throws {
    let martin: (inout Endpoint) -> Void = { $0.contracts = ["martin"] }
    #expect(try Self.isWanted(Samples.event(account: Samples.other), martin))
    #expect(try !Self.isWanted(Samples.event(), martin))
    #expect(try !Self.isWanted(Samples.event(account: Samples.pair("X1", "NOBODY")), martin))
    #expect(
      try Self.choice(martin).verdict(.correction(Samples.correction()), asOf: Self.now)
        == .unwanted)
  }

  @Test func whatHappenedLongAgoIsNotSent() throws {
    let month: Int64 = 30 * 86_400
    func isWanted(_ event: StoredEvent, _ change: (inout Endpoint) -> Void = { _ in }) throws
      -> Bool
    {
      try Self.choice(change).verdict(.event(event), asOf: Samples.time) == .wanted
    }
    #expect(try isWanted(Samples.event(at: Samples.time - month)))
    #expect(try !isWanted(Samples.event(at: Samples.time - month - 1)))
    #expect(
      try isWanted(Samples.event(at: Samples.time - 86_400), { $0.maxAge = .seconds(86_400) }))
    #expect(
      try !isWanted(Samples.event(at: Samples.time - 86_401), { $0.maxAge = .seconds(86_400) }))
    // Without a date, and with one that can't be right, it counts from when it came.
    var undated = Samples.event(precision: .none)
    #expect(try isWanted(undated))
    undated.origin.receivedAt = Samples.time - month - 1
    #expect(try !isWanted(undated))
    var slip = Samples.event(at: 253_402_210_800)
    slip.origin.receivedAt = Samples.time - month - 1
    #expect(try !isWanted(slip))
  }

  /// What has waited for the endpoint is not too old.
  @Test func agesCountBackFromWhenTheEndpointHadAllThereWas() throws {
    let choice = try Self.choice()
    let later = Samples.time + 60 * 86_400
    #expect(choice.verdict(.event(Samples.event()), asOf: later) == .unwanted)
    #expect(choice.verdict(.event(Samples.event()), asOf: Samples.time - 60) == .wanted)
  }

  @Test func aCorrectionIsAsOldAsTheStatus() throws {
    let choice = try Self.choice()
    #expect(choice.verdict(.correction(Samples.correction()), asOf: Self.now) == .wantedIfYoung)
    let (month, since) = (Int64(30 * 86_400), Samples.parcelAtTry.since)
    #expect(since == Samples.time)
    #expect(choice.isYoung(since, asOf: Samples.time + month))
    #expect(!choice.isYoung(since, asOf: Samples.time + month + 1))
    // A new map must not flood anybody with what nobody can date.
    #expect(!choice.isYoung(nil, asOf: Self.now))
  }

  @Test func erasuresGoToAllWhoMayHaveTheData() throws {
    let narrow: (inout Endpoint) -> Void = {
      $0.statuses = [.lost]
      $0.onlyChanges = true
      $0.maxAge = .seconds(1)
      $0.contracts = ["dupont"]
    }
    func verdict(_ account: AccountPair?) throws -> DeliveryChoice.Verdict {
      try Self.choice(narrow).verdict(.erasure(Samples.erasure(of: account)), asOf: Self.now)
    }
    #expect(try verdict(Samples.shop) == .wanted)
    // The contract may be gone, and a line that could not be read names no account.
    #expect(try verdict(Samples.pair("X1", "NOBODY")) == .wanted)
    #expect(try verdict(nil) == .wanted)
    // The parcels of other merchants are none of its business.
    #expect(try verdict(Samples.other) == .unwanted)
  }
}
