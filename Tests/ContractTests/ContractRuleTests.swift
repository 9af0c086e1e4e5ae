import Carrier
import Contract
import Testing

struct ContractRuleTests {
  @Test(arguments: [(Plan.free, false), (.lite, true), (.growth, true), (.premium, true)])
  func liteGrowthAndPremiumAllowOwnContractsNothingElseDoes(plan: Plan, allows: Bool) throws {
    let contract = Forms.contract(plan: plan.rawValue)
    let today = try #require(Forms.today)
    #expect(contract.plan == plan)
    #expect(contract.problems.isEmpty)
    #expect(contract.isSubscribed == allows)
    #expect(contract.holdReason(on: today) == (allows ? nil : .subscriptionRequired))
  }

  @Test(arguments: ["Growth", "gold", ""])
  func anUnknownPlanHoldsItsContractsRows(text: String) throws {
    let contract = Forms.contract(plan: text)
    #expect(contract.problems.map(\.kind) == [.unknownPlan])
    #expect(contract.problems.map(\.path) == [["subscription", "plan"]])
    #expect(contract.problems.first?.message.contains("free, lite, growth, premium") == true)
    let today = try #require(Forms.today)
    #expect(contract.holdReason(on: today) == .contractIncomplete)
  }

  @Test(
    arguments: [("true", true), ("false", false), ("True", nil), ("yes", nil), ("1", nil)]
      as [(String, Bool?)])
  func aSubscriptionIsActiveByTrueAlone(text: String, isActive: Bool?) {
    let contract = Forms.contract(active: text)
    #expect(contract.isActive == (isActive ?? false))
    #expect(contract.problems.map(\.path) == (isActive == nil ? [["subscription", "active"]] : []))
  }

  @Test
  func halfASubscriptionNamesTheMissingHalfNoneAtAllIsNoMistakeOfForm() throws {
    let today = try #require(Forms.today)
    #expect(Forms.contract(plan: nil).problems.map(\.path) == [["subscription", "plan"]])
    #expect(Forms.contract(active: nil).problems.map(\.path) == [["subscription", "active"]])
    let none = Forms.contract(plan: nil, active: nil)
    #expect(none.problems.isEmpty)
    #expect(none.holdReason(on: today) == .subscriptionRequired)
  }

  @Test(
    arguments: [
      (nil, 72, true), ("72h", 72, true), ("1h", 1, true), ("3d", 72, true), ("72", 72, false),
      ("0h", 72, false), ("-5h", 72, false), ("h", 72, false), ("1w", 72, false),
      ("+4h", 72, false), ("999999h", 72, false), ("1.5h", 72, false), ("", 72, false),
    ] as [(String?, Int, Bool)])
  func silenceIsHoursOrDays(text: String?, hours: Int, isAccepted: Bool) {
    let contract = Forms.contract(silence: text)
    #expect(contract.silence == hours)
    #expect(contract.problems.map(\.path) == (isAccepted ? [] : [["tracking", "silence"]]))
  }

  @Test(arguments: [
    ("2026-11-02", true), ("2028-02-29", true), ("2026-02-29", false), ("02/11/2026", false),
    ("2026-11-2", false), ("today", false),
  ])
  func theDayOfTheRequestIsADayOfTheCalendar(text: String, isAccepted: Bool) {
    let contract = Forms.contract(requested: text)
    #expect(contract.requested?.description == (isAccepted ? text : nil))
    #expect(contract.problems.map(\.path) == (isAccepted ? [] : [["tracking", "requested"]]))
  }

  @Test
  func aDayThatLiesAheadIsNotRequestedYet() throws {
    let contract = Forms.contract(requested: "2026-11-25")
    let before = try #require(CalendarDay("2026-11-24"))
    let day = try #require(CalendarDay("2026-11-25"))
    #expect(contract.holdReason(on: before) == .trackingNotRequested)
    #expect(contract.holdReason(on: day) == nil)
    #expect(Forms.contract(requested: nil).holdReason(on: day) == .trackingNotRequested)
  }

  @Test
  func ofSeveralReasonsTheOneToSettleFirstIsGiven() throws {
    let today = try #require(Forms.today)
    let incomplete = Forms.contract(
      plan: "free", requested: nil, [.relay: Forms.service(.relay, without: [.password])])
    #expect(incomplete.holdReason(on: today) == .contractIncomplete)
    let unsubscribed = Forms.contract(plan: "free", requested: nil)
    #expect(unsubscribed.holdReason(on: today) == .subscriptionRequired)
  }

  @Test
  func aContractWithoutAServiceAndOneWithoutAnIdAreIncomplete() {
    let contract = Forms.contract([:])
    #expect(contract.problems.map(\.kind) == [.missing])
    #expect(contract.problems.first?.message.contains("home-fr, home-be, relay, returns") == true)
    #expect(Forms.contract(id: "").problems.map(\.path) == [["id"]])
  }

  @Test
  func whatTheReaderOfTheFileFoundCountsAsWell() {
    let problem = ContractProblem(
      path: ["home-fr", "password"], kind: .secretUnreadable, message: "the file is not there")
    var form = ContractForm(id: "dupont", services: [.homeFR: Forms.service(.homeFR)])
    form.problems = [problem]
    #expect(MerchantContract(form: form).problems == [problem])
  }

  @Test
  func anIncompleteContractStillKnowsItsReadablePairs() throws {
    let contract = Forms.contract([
      .homeFR: Forms.service(.homeFR, without: [.password]),
      .relay: Forms.service(.relay, without: [.accountID]),
      .returns: Forms.service(.returns, [.account: "RET"]),
    ])
    #expect(contract[.homeFR]?.pair == Forms.pair())
    #expect(contract[.relay]?.pair == nil)
    #expect(contract[.returns]?.pair == Forms.pair("RET"))
    #expect(contract.services.map(\.kind) == [.homeFR, .relay, .returns])
  }
}
