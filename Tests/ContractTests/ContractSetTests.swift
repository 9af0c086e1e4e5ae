import Contract
import Testing

struct ContractSetTests {
  private func service(_ account: String, _ accountID: String) -> ServiceForm {
    Forms.service(.homeFR, [.account: account, .accountID: accountID])
  }

  @Test
  func contractsAreFoundByIdAndListedInTheOrderOfTheirIds() {
    let set = ContractSet([
      Forms.contract(id: "zola", [.homeFR: service("E1", "EM180619")]),
      Forms.contract(id: "balzac", [.homeFR: service("E1", "EM180620")]),
    ])
    #expect(set.contracts.map(\.id) == ["balzac", "zola"])
    #expect(set["zola"]?.id == "zola")
    #expect(set["hugo"]?.id == nil)
    #expect(set.conflicts.isEmpty)
  }

  @Test
  func twoContractsThatClaimOneAccountPairAreAConflictThatNamesBoth() throws {
    let set = ContractSet([
      Forms.contract(id: "zola", [.homeFR: service("E1", "EM180619")]),
      Forms.contract(id: "balzac", [.relay: Forms.service(.relay)]),
    ])
    let conflict = try #require(set.conflicts.first)
    #expect(set.conflicts.count == 1)
    #expect(conflict.kind == .pairClaimedTwice(try #require(Forms.pair())))
    #expect(conflict.first.contract == "balzac")
    #expect(conflict.first.path == ["relay", "account-id"])
    #expect(conflict.second.contract == "zola")
    #expect(conflict.second.path == ["home-fr", "account-id"])
    for word in ["E1", "EM180619", "balzac", "zola"] { #expect(conflict.message.contains(word)) }
    #expect(!set.isWhole, "one of them may mean another pair, of which nothing is skipped")
    // Only the pair is held, and each of the two says why.
    for (id, kind) in [("balzac", ServiceKind.relay), ("zola", .homeFR)] {
      let contract = try #require(set[id])
      #expect(contract.isComplete)
      let service = try #require(contract[kind])
      #expect(service.conflict == conflict.message)
      let today = try #require(Forms.today)
      #expect(
        contract.holdReason(of: service, on: today, past: FeedPast()) == .contractIncomplete)
      let feed = contract.feed(of: service, past: FeedPast(), now: 1_795_000_000, lookedAt: nil)
      #expect(feed.state == .incomplete && feed.nextStep.contains("balzac"))
    }
  }

  @Test
  func theSameIDUnderAnotherAccountIsNoConflict() {
    let set = ContractSet([
      Forms.contract(id: "a", [.homeFR: service("E1", "EM180619")]),
      Forms.contract(id: "b", [.homeFR: service("D0", "EM180619")]),
    ])
    #expect(set.conflicts.isEmpty)
  }

  @Test
  func twoServicesOfOneContractMayShareAPair() {
    let set = ContractSet([
      Forms.contract([.homeFR: Forms.service(.homeFR), .relay: Forms.service(.relay)])
    ])
    #expect(set.conflicts.isEmpty)
  }

  @Test
  func twoContractsOfOneIdAreAConflict() {
    let set = ContractSet([
      Forms.contract([.homeFR: service("E1", "EM180619")]),
      Forms.contract([.homeFR: service("E1", "EM180620")]),
    ])
    #expect(set.conflicts.map(\.kind) == [.idTakenTwice])
    #expect(set.conflicts.first?.message.contains("dupont") == true)
    #expect(set.contracts.count == 1 && set.namesakes.count == 1)
    #expect(set["dupont"]?.hasNamesake == true && set["dupont"]?.isComplete == false)
    #expect(!set.isWhole)
  }

  @Test
  func rowsOfContractsOfOneIdAreHeldAndNoOthers() throws {
    let gate = Gate(
      contracts: ContractSet([
        Forms.contract([.homeFR: service("E1", "EM180619")]),
        Forms.contract([.homeFR: service("E1", "EM180620")]),
        Forms.contract(id: "zola", [.homeFR: service("E1", "EM180621")]),
      ]), today: try #require(Forms.today), unknownAccounts: .skip)
    for id in ["EM180619", "EM180620"] {
      let pair = try #require(Forms.pair("E1", id))
      #expect(gate.verdict(for: pair) == .hold(.contractIncomplete))
    }
    let other = try #require(Forms.pair("E1", "EM180621"))
    #expect(
      gate.verdict(for: other) == .admit(ServiceReference(contract: "zola", kind: .homeFR)))
  }

  @Test
  func whatWasNotUnderstoodOfAFileMayBeAServiceSoNothingIsSkipped() throws {
    var form = ContractForm(
      id: "dupont", subscription: .init(plan: "growth", active: "true"),
      services: [.homeFR: Forms.service(.homeFR)])
    form.problems = [
      ContractProblem(path: ["(file)"], kind: .malformed, message: "unknown key home_be")
    ]
    #expect(!ContractSet([MerchantContract(form: form)]).isWhole)
  }

  @Test
  func aFieldThatWasRefusedIsNotMissingBesides() {
    var form = ContractForm(
      id: "dupont", subscription: .init(active: "true"),
      services: [.homeFR: ServiceForm(fields: [:])])
    form.refused = [["home-fr"], ["subscription", "plan"]]
    form.problems = [ContractProblem(path: ["(file)"], kind: .malformed, message: "x")]
    #expect(MerchantContract(form: form).problems.count == 1)
  }

  @Test
  func anIncompleteContractClaimsItsPairAsWell() {
    let set = ContractSet([
      Forms.contract(id: "a", [.homeFR: Forms.service(.homeFR, without: [.password])]),
      Forms.contract(id: "b", [.homeFR: Forms.service(.homeFR)]),
    ])
    #expect(set.conflicts.count == 1)
  }
}
