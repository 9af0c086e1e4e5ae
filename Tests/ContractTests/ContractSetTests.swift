import Contract
import Testing

struct ContractSetTests {
  private func service(_ account: String, _ accountID: String) -> ServiceForm {
    Forms.service(.homeFR, [.account: account, .accountID: accountID])
  }

  @Test("contracts are found by id, and listed in the order of their ids")
  func lookUp() {
    let set = ContractSet([
      Forms.contract(id: "zola", [.homeFR: service("E1", "EM180619")]),
      Forms.contract(id: "balzac", [.homeFR: service("E1", "EM180620")]),
    ])
    #expect(set.contracts.map(\.id) == ["balzac", "zola"])
    #expect(set["zola"]?.id == "zola")
    #expect(set["hugo"]?.id == nil)
    #expect(set.conflicts.isEmpty)
    #expect(set.fatalProblems.isEmpty)
  }

  @Test("two contracts that claim one account pair are a conflict that names both")
  func pairClaimedTwice() throws {
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
  }

  @Test("the same ID under another account is no conflict")
  func sameIDOtherAccount() {
    let set = ContractSet([
      Forms.contract(id: "a", [.homeFR: service("E1", "EM180619")]),
      Forms.contract(id: "b", [.homeFR: service("D0", "EM180619")]),
    ])
    #expect(set.conflicts.isEmpty)
  }

  @Test("two services of one contract may share a pair")
  func sharedWithinContract() {
    let set = ContractSet([
      Forms.contract([.homeFR: Forms.service(.homeFR), .relay: Forms.service(.relay)])
    ])
    #expect(set.conflicts.isEmpty)
  }

  @Test("two contracts of one id are a conflict")
  func idTakenTwice() {
    let set = ContractSet([
      Forms.contract([.homeFR: service("E1", "EM180619")]),
      Forms.contract([.homeFR: service("E1", "EM180620")]),
    ])
    #expect(set.conflicts.map(\.kind) == [.idTakenTwice])
    #expect(set.conflicts.first?.message.contains("dupont") == true)
  }

  @Test("an incomplete contract claims its pair as well")
  func incompleteClaims() {
    let set = ContractSet([
      Forms.contract(id: "a", [.homeFR: Forms.service(.homeFR, without: [.password])]),
      Forms.contract(id: "b", [.homeFR: Forms.service(.homeFR)]),
    ])
    #expect(set.conflicts.count == 1)
  }
}
