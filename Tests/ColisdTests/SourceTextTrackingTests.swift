import Foundation
import TestSupport
import Testing

/// The last step of the source text, sentence by sentence, as far as a program can hold to it.
@Suite struct SourceTextTrackingTests {
  private var untold: ContractText {
    var contract = ContractText()
    contract.name = "Mon contrat Colis Privé"
    contract.requested = nil
    return contract
  }

  // Étape 4 : Une fois que votre contrat est activé, il vous faut contacter votre conseiller commercial chez Colis Privé, et l'informer de l'activation …
  @Test
  func anActiveContractAsksToInformTheAdvisor() async throws {
    let workspace = try Workspace(alone: untold)
    let service = try await workspace.service()
    #expect(service.feed == "advisor-to-inform")
    #expect(service.next_step.names("advisor", "C7", "EM990001", "tracking.requested"))
    for word in ["Activation du suivi Colis Privé", "Mon contrat Colis Privé", "C7", "EM990001"] {
      #expect(service.message.names(word), "\(service.message)")
    }
    let shown = try await workspace.run("contracts", "show", "neuf").standardOutput
    #expect(shown.contains("Notre contrat Colis Privé est désormais activé"), "\(shown)")
    // Nothing comes in that the carrier was not asked for.
    try await workspace.ingest(.stranger(2))
    #expect(try await workspace.heldRows() == ["C7 EM990001 tracking-not-requested 2"])
    #expect(try await workspace.events().isEmpty)
  }

  // Étape 4 : Votre conseiller commercial pourra alors contacter le département informatique de Colis Privé et les informer …
  @Test
  func theMessageAsksTheAdvisorToTellTheITDepartment() async throws {
    let message = try await Workspace(alone: untold).service().message
    #expect(message.names("informer le département informatique de Colis Privé"), "\(message)")
  }

  // Étape 4 : Le département technique devra activer la transmission des mises à jour de suivi via le serveur SFTP …
  @Test
  func untilTheFirstFileTheTransmissionIsWaitedFor() async throws {
    let workspace = try Workspace(alone: untold)
    let message = try await workspace.service().message.string ?? ""
    let words = message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      words.contains("la transmission des mises à jour de suivi via le serveur SFTP"), "\(words)")
    var contract = untold
    contract.requested = "2026-06-15"
    try workspace.put(contract)
    let waiting = try await workspace.service()
    #expect(waiting.feed == "awaiting-first-file")
    #expect(waiting.next_step.names("IT department", "2026-06-15", "C7", "EM990001"))
    #expect(waiting["message"] == .null, "there is nobody to write to")
  }

  // Étape 4 : Une fois que cela est fait, vous devriez bien recevoir les mises à jour de suivi de vos colis …
  @Test(.openSSH())
  func fromTheFirstFileOnTheUpdatesComeIn() async throws {
    let server = try OpenSSHServer.current
    let workspace = try await Workspace(server)
    try workspace.put(ContractText())
    try server.drop.write("a.csv", [TrackingRow].stranger(5).file())
    let drain = try await workspace.drain()
    #expect(drain.lines("contract.live").count == 1)
    let service = try await workspace.service()
    #expect(service.feed == "live" && service.last_row_at.string != nil)
    let parcel = try await workspace.json("parcel", "990000000000")
    #expect(parcel.contract == "neuf" && parcel.events.elements.count == 5)
    #expect(parcel.status == "delivered")
  }

  // Étape 4 : Dans le cas où l'id de votre compte ou votre numéro de compte a été changé, votre conseiller commercial devra de nouveau contact le département informatique …
  @Test(arguments: [("C7", "EM990002"), ("C8", "EM990001")])
  func aChangedAccountHasToBeConfiguredAgain(
    _ account: String, _ accountID: String
  ) async throws {
    let workspace = try Workspace(alone: ContractText())
    try await workspace.ingest(.stranger(2))
    #expect(try await workspace.service().feed == "live")
    try workspace.put(ContractText(account: account, accountID: accountID))
    let service = try await workspace.service()
    #expect(service.feed == "reconfiguration-required")
    #expect(service.next_step.names("advisor", "configured again", account, accountID))
    let message = service.message.string ?? ""
    let words = message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for word in [
      "Ancien ID de compte : EM990001", "Nouveau compte : \(account)", "à nouveau",
      "informer le département informatique de Colis Privé",
    ] { #expect(words.contains(word), "\(word): \(words)") }
    try await workspace.ingest(
      TrackingRow.samples(2).under(account, accountID), as: "new.csv")
    #expect(
      try await workspace.heldRows() == ["\(account) \(accountID) tracking-not-requested 2"])
  }

  // Étape 4 : C'est fait ! … votre contrat Colis Privé devrait maintenant être lié avec succès …, et vous pouvez commencer à expédier …
  @Test
  func afterAllStepsEverythingIsInOrder() async throws {
    let workspace = try Workspace(alone: ContractText())
    try await workspace.ingest(.stranger(2))
    // The settings name a key that is not there; nothing but the source is to blame.
    let feeds = try await workspace.run("check", "--feeds")
    let errors = feeds.lines.filter { $0.hasPrefix("error ") }
    #expect(errors.existAndAll { $0.contains("never-read") }, "\(errors)")
    #expect(feeds.standardOutput.contains("neuf home-fr is live: Nothing to do"))
    let methods = try await workspace.service().methods.elements
    #expect(!methods.isEmpty && methods.allSatisfy { $0.enabled == true })
  }

  // Étape 4 : Lorsque vous créez une étiquette avec une méthode d'expédition Colis Privé, le prix de l'étiquette s'affiche désormais comme 0,00 EUR …
  @Test(arguments: ["home-fr", "home-be", "relay", "returns"])
  func aLabelCostsNothing(_ name: String) async throws {
    let workspace = try Workspace(alone: ContractText(name))
    let methods = try await workspace.service(name).methods.elements
    #expect(!methods.isEmpty && methods.allSatisfy { $0.label_price == "0.00 EUR" })
    let shown = try await workspace.run("contracts", "show", "neuf").standardOutput
    #expect(shown.contains("enabled, label 0.00 EUR"), "\(shown)")
  }
}
