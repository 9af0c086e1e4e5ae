import Carrier
import Contract
import Testing

/// The model of the gate against cases written by hand, and the gate against the same: if both had one
/// mistake, the random sequences of `GateInMotionTests` would not find it.
@Suite struct GateModelTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var drafts: [Draft]
    /// What is remembered of pairs.
    var past: [FeedRecord] = []
    /// What may come in under the pairs `own`, `other` and `third`.
    var entries: [GateModel.Entry]
    var testDescription: String { name }
  }

  private static let own = pair("E1", "EM180619")
  private static let other = pair("D0", "EM000001")
  private static let third = pair("F3", "EM777777")
  private static let pairs = [own, other, third]

  /// Noon of a day of November 2026; today is the 24th.
  private static func noon(_ day: Int64) -> Int64 { 1_795_521_600 + (day - 24) * 86_400 }

  private static func named(
    _ pair: AccountPair, by contract: String = "dupont", _ kind: ServiceKind = .homeBE,
    since: Int64
  ) -> FeedRecord {
    FeedRecord(contract: contract, service: kind, account: pair, namedSince: noon(since))
  }

  private static func former(
    _ pair: AccountPair, of contract: String = "dupont", _ kind: ServiceKind = .homeBE,
    until: Int64
  ) -> FeedRecord {
    var record = FeedRecord(contract: contract, service: kind, account: pair)
    record.firstNamedAt = noon(1)
    record.namedUntil = noon(until)
    record.firstRowAt = noon(2)
    record.lastRowAt = noon(3)
    return record
  }

  private static func draft(
    _ id: String = "dupont", _ pair: AccountPair = own, requested: String? = "2026-01-01"
  ) -> Draft {
    Draft(id: id, requested: requested, pairs: [.homeBE: pair])
  }

  private static let moved = [former(own, until: 20), named(other, since: 20)]

  static let cases = [
    Case(name: "no contract", drafts: [], entries: [.nothing, .nothing, .nothing]),
    Case(
      name: "a contract that is good", drafts: [draft()],
      entries: [.everything, .nothing, .nothing]),
    Case(
      name: "two contracts with a pair each", drafts: [draft(), draft("durand", other)],
      entries: [.everything, .everything, .nothing]),
    Case(
      name: "two contracts that name one pair", drafts: [draft(), draft("durand")],
      entries: [.nothing, .nothing, .nothing]),
    Case(
      name: "a contract that lacks a field", drafts: [Draft(hasUsername: false)],
      entries: [.nothing, .nothing, .nothing]),
    Case(
      name: "a subscription that is not active", drafts: [Draft(isActive: false)],
      entries: [.nothing, .nothing, .nothing]),
    Case(
      name: "the plan that allows no contract", drafts: [Draft(plan: "free")],
      entries: [.nothing, .nothing, .nothing]),
    Case(
      name: "tracking that was not requested", drafts: [draft(requested: nil)],
      entries: [.nothing, .nothing, .nothing]),
    Case(
      name: "tracking requested today", drafts: [draft(requested: "2026-11-24")],
      entries: [.everything, .nothing, .nothing]),
    Case(
      name: "tracking to be requested tomorrow", drafts: [draft(requested: "2026-11-25")],
      entries: [.nothing, .nothing, .nothing]),
    Case(
      name: "another pair, not asked for again", drafts: [draft("dupont", other)], past: moved,
      entries: [.knownParcels, .nothing, .nothing]),
    Case(
      name: "another pair, asked for on the day before it is named",
      drafts: [draft("dupont", other, requested: "2026-11-19")], past: moved,
      entries: [.knownParcels, .nothing, .nothing]),
    Case(
      name: "another pair, asked for on the day it is named",
      drafts: [draft("dupont", other, requested: "2026-11-20")], past: moved,
      entries: [.knownParcels, .everything, .nothing]),
    Case(
      name: "another pair under which such a service had rows before",
      drafts: [draft("dupont", other)],
      past: moved + [former(other, of: "durand", until: 10)],
      entries: [.knownParcels, .everything, .nothing]),
    Case(
      name: "another pair under which only another kind of service had rows before",
      drafts: [draft("dupont", other)],
      past: moved + [former(other, of: "durand", .relay, until: 10)],
      entries: [.knownParcels, .knownParcels, .nothing]),
    Case(
      name: "a former pair of a contract that is closed",
      drafts: [Draft(isActive: false, pairs: [.homeBE: other])], past: moved,
      entries: [.nothing, .nothing, .nothing]),
    Case(
      name: "a former pair of two contracts, of which the last is open",
      drafts: [Draft(isActive: false, pairs: [.homeBE: other]), draft("durand", third)],
      past: [
        former(own, until: 10), named(other, since: 10),
        former(own, of: "durand", until: 20), named(third, by: "durand", since: 20),
      ],
      entries: [.knownParcels, .nothing, .nothing]),
    Case(
      name: "a former pair of two contracts, of which the last is closed",
      drafts: [
        draft("dupont", other), Draft(id: "durand", isActive: false, pairs: [.homeBE: third]),
      ],
      past: [
        former(own, until: 10), named(other, since: 10),
        former(own, of: "durand", until: 20), named(third, by: "durand", since: 20),
      ],
      entries: [.nothing, .nothing, .nothing]),
  ]

  private var today: CalendarDay { CalendarDay(at: Self.noon(24)) }

  @Test(arguments: cases)
  func theModelSaysOfEachWrittenCaseWhatIsRight(_ written: Case) {
    var model = GateModel()
    model.drafts = written.drafts
    model.remember(written.past)
    model.learn(written.past)
    #expect(Self.pairs.map { model.entry(of: $0, on: today) } == written.entries)
  }

  @Test(arguments: cases)
  func theGateSaysOfEachWrittenCaseWhatIsRight(_ written: Case) {
    let gate = Gate(
      contracts: ContractSet(written.drafts.map(\.contract)), today: today,
      unknownAccounts: .hold, past: FeedPast(written.past))
    let entries = Self.pairs.map { pair -> GateModel.Entry in
      switch gate.verdict(for: pair) {
      case .admit: .everything
      case .admitKnown: .knownParcels
      case .hold, .skip: .nothing
      }
    }
    #expect(entries == written.entries)
  }

  /// Contracts, and whether all that is false may be skipped beside them.
  static let skipping: [([Draft], Bool)] = [
    ([draft()], true),
    ([draft(), draft("durand", other)], true),
    ([draft(), draft("durand")], false),
    ([draft(), Draft(id: "durand", pairs: [:])], false),
  ]

  @Test(arguments: skipping)
  func modelAndGateSkipRowsOfStrangersOnlyBesidePairsThatAreClear(
    _ drafts: [Draft], _ maySkip: Bool
  ) {
    var model = GateModel()
    model.drafts = drafts
    #expect(model.isClear == maySkip)
    let gate = Gate(
      contracts: ContractSet(drafts.map(\.contract)), today: today, unknownAccounts: .skip)
    #expect(gate.verdict(for: Self.third) == (maySkip ? .skip : .hold(.unknownAccount)))
  }
}
