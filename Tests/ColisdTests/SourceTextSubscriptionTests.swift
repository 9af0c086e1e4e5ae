import Foundation
import TestSupport
import Testing

/// The first two steps of the source text, sentence by sentence, as far as a program can hold to them.
@Suite struct SourceTextSubscriptionTests {
  // MARK: Étape 1

  // Étape 1 : Sendcloud propose trois abonnements avec lesquels vous pouvez utiliser votre propre contrat de transport : Lite, Growth and Premium.
  @Test(arguments: [("lite", true), ("growth", true), ("premium", true), ("free", false)])
  func threePlansAllowAnOwnContract(_ plan: String, _ isAllowed: Bool) async throws {
    var contract = ContractText()
    contract.plan = plan
    let workspace = try Workspace(alone: contract)
    try await workspace.ingest(.stranger(2))
    #expect(try await workspace.events().count == (isAllowed ? 2 : 0))
    #expect(
      try await workspace.heldRows()
        == (isAllowed ? [] : ["C7 EM990001 subscription-required 2"]))
    let service = try await workspace.service()
    #expect(service.feed == (isAllowed ? "live" : "subscription-required"))
    if !isAllowed {
      #expect(service.next_step.names("lite", "growth", "premium"), "\(service.next_step)")
    }
  }

  // Étape 1 : … trois abonnements … : no other plan is known
  @Test
  func noOtherPlanIsKnown() async throws {
    var contract = ContractText()
    contract.plan = "gold"
    let check = try await Workspace(alone: contract).run("contracts", "check")
    #expect(check.status == Exit.configuration)
    #expect(check.standardOutput.contains("neuf.yaml:1:23: "), "\(check.standardOutput)")
  }

  // MARK: Étape 2

  // Étape 2 : Une fois que vous avez activé votre abonnement Sendcloud, vous pouvez connecter votre contrat transporteur.
  @Test
  func aContractConnectsOnceTheSubscriptionIsActive() async throws {
    var contract = ContractText()
    contract.active = "false"
    let workspace = try Workspace(alone: contract)
    try await workspace.ingest(.stranger(2))
    #expect(try await workspace.heldRows() == ["C7 EM990001 subscription-required 2"])
    #expect(try await workspace.service().next_step.names("active: true"))
    contract.active = "true"
    try workspace.put(contract)
    #expect(try await workspace.run("held", "release").status == Exit.done)
    #expect(try await workspace.events().count == 2)
    #expect(try await workspace.service().feed == "live")
  }

  // Étape 2 : … Cliquez sur Ajouter un contrat. Vous pouvez alors ajouter les informations d'identification …
  @Test
  func aContractIsAddedWithItsCredentials() async throws {
    let new = try NewContract()
    let result = try await new.run(NewContract.command + NewContract.homeFR)
    #expect(result.status == Exit.done, "\(result.standardError)")
    let contract = try await new.contract()
    #expect(contract?.problems == .array([]))
    #expect(try new.text("secrets/neu-home-fr.password") == NewContract.password + "\n")
  }
}
