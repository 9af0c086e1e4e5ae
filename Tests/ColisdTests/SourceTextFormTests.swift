import Foundation
import TestSupport
import Testing

/// The third step of the source text, sentence by sentence, as far as a program can hold to it.
@Suite struct SourceTextFormTests {
  // Étape 3 : Nom du contrat (facultatif) : Vous pouvez choisir un nom …, comme "Mon contrat Colis Privé", par exemple.
  @Test
  func theNameIsOptional() async throws {
    var contract = ContractText()
    let workspace = try Workspace(alone: contract)
    #expect(try await workspace.contract()["name"] == .null)
    #expect(try await workspace.run("contracts", "check").status == Exit.done)
    contract.name = "Mon contrat Colis Privé"
    try workspace.put(contract)
    #expect(try await workspace.contract().name == "Mon contrat Colis Privé")
    #expect(try await workspace.run("contracts", "check").status == Exit.done)
  }

  /// A field of the form: the service, its key, and whether the service is incomplete without it.
  struct Field: Sendable, CustomTestStringConvertible {
    var service: String
    var key: String
    var text: String
    var testDescription: String { text }

    init(_ service: String, _ key: String, _ text: String) {
      (self.service, self.key, self.text) = (service, key, text)
    }
  }

  private static let fields = [
    Field("home-fr", "username", "Nom d'utilisateur pour la livraison en France à domicile"),
    Field("home-fr", "password", "Mot de passe pour la livraison en France à domicile"),
    Field("home-fr", "account", "Compte Colis privé pour la livraison en France à domicile"),
    Field("home-fr", "account-id", "ID du compte pour la livraison en France à domicile"),
    Field("home-be", "username", "Nom d'utilisateur pour la livraison à domicile en Belgique"),
    Field("home-be", "password", "Mot de passe pour la livraison à domicile en Belgique"),
    Field("home-be", "account", "Compte Colis Privé pour la livraison à domicile en Belgique"),
    Field("home-be", "account-id", "ID du compte pour la livraison en Belgique à domicile"),
    Field("relay", "username", "Nom d'utilisateur pour Relais"),
    Field("relay", "password", "Mot de passe pour Relais"),
    Field("relay", "account-id", "ID du compte pour Relais"),
    Field("relay", "account", "Compte Colis Privé pour Relais"),
    Field("returns", "username", "Nom d'utilisateur pour Reverse"),
    Field("returns", "password", "Mot de passe pour Reverse"),
    Field("returns", "account-id", "ID du compte pour Reverse"),
    Field("returns", "account", "Compte Colis Privé pour Reverse"),
    Field("returns", "destination-code", "Code de destination pour l'offre Reverse"),
  ]

  // Étape 3 : Remplissez le formulaire avec les informations ci-dessous …
  @Test(arguments: fields)
  func everyFieldOfTheFormIsAskedFor(_ field: Field) async throws {
    var contract = ContractText(field.service)
    let workspace = try Workspace(alone: contract)
    #expect(try await workspace.run("contracts", "check").status == Exit.done)
    #expect(try await workspace.methods().existAndAll { $0.enabled == true })

    contract[field.service, field.key] = nil
    try workspace.put(contract)
    let check = try await workspace.run("check")
    #expect(check.status == Exit.configuration)
    let path = "\(field.service).\(field.key)"
    #expect(
      check.standardOutput.contains("neuf.yaml:4:3: \(path) is missing"), "\(check.standardOutput)")
    let service = try await workspace.service(field.service)
    #expect(service.feed == "incomplete" && service.next_step.names(path))
    try #require(!service.methods.elements.isEmpty)
    for method in service.methods.elements {
      #expect(method.enabled == false && method.missing == .array([.string(field.key)]))
    }
  }

  // Étape 3 : … les informations ci-dessous: each service has these fields and no other
  @Test(arguments: ["home-fr", "home-be", "relay", "returns"])
  func noOtherFieldIsTaken(_ service: String) async throws {
    let contract = ContractText(service)
    let workspace = try Workspace(alone: nil)
    for key in Set(Self.fields.map(\.key) + ["control-key"]) where contract[service, key] == nil {
      try workspace.put(contract.yaml + "  \(key): X1\n", as: "neuf")
      let check = try await workspace.run("contracts", "check")
      #expect(check.status == Exit.configuration, "\(service).\(key)")
      #expect(check.standardOutput.contains(key), "\(check.standardOutput)")
    }
  }

  // Étape 3 : Compte Colis privé … : La catégorie de votre compte (une lettre et un chiffre)
  @Test(arguments: ["home-fr", "home-be", "relay", "returns"])
  func anAccountIsALetterAndADigit(_ service: String) async throws {
    let workspace = try Workspace(alone: nil)
    for account in ["E1", "D0", "1E3", "1E", "EE", "11", "E", "E12", "é1", "E-"] {
      try workspace.put(ContractText(service, account: account))
      let check = try await workspace.run("contracts", "check")
      let isGood = ["E1", "D0"].contains(account)
      #expect(check.status == (isGood ? Exit.done : Exit.configuration), "\(account)")
      if !isGood {
        let line = try #require(check.lines.first)
        #expect(line.contains("\(service).account is \"\(account)\""), "\(line)")
        #expect(line.contains("a letter and a digit"), "\(line)")
      }
    }
  }

  // Étape 3 : Pour expédier avec les méthodes … Home Delivery en France, Colis Privé Small Pro Relais et Colis Privé Small Pro Domicile, vous devez en plus saisir la clé de contrôle (clé API) …
  @Test
  func threeMethodsNeedTheControlKey() async throws {
    var contract = ContractText()
    let workspace = try Workspace(alone: contract)
    let names: [JSONValue] = ["Home Delivery France", "Small Pro Relais", "Small Pro Domicile"]
    #expect(try await workspace.methods().map(\.method) == names)
    #expect(try await workspace.methods().existAndAll { $0.enabled == true })
    contract["home-fr", "control-key"] = nil
    try workspace.put(contract)
    #expect(try await workspace.methods().map(\.method) == names)
    for method in try await workspace.methods() {
      #expect(method.enabled == false && method.missing == .array(["control-key"]))
    }
    // « en plus » : the contract is good without it, and its rows come in.
    #expect(try await workspace.run("contracts", "check").status == Exit.done)
    try await workspace.ingest(.stranger(2))
    #expect(try await workspace.events().count == 2)
  }

  // Étape 3 : Livraison à domicile en France, … en Belgique, … en point relais (B2C, depuis la France vers la France), Retours (depuis la France vers France)
  @Test
  func aContractMayHaveAllFourServices() async throws {
    var contract = ContractText()
    contract.fill("home-be", account: "B7", accountID: "BE990001")
    contract.fill("relay", account: "P7", accountID: "PR990001")
    contract.fill("returns", account: "R7", accountID: "EM990007")
    let workspace = try Workspace(alone: contract)
    #expect(try await workspace.run("contracts", "check").status == Exit.done)
    let pairs = [
      ("C7", "EM990001"), ("B7", "BE990001"), ("P7", "PR990001"), ("R7", "EM990007"),
    ]
    try await workspace.ingest(
      pairs.enumerated().flatMap { index, pair in
        TrackingRow.samples(2, from: index * 10).under(pair.0, pair.1)
      })
    #expect(try await workspace.events().count == 8)
    let services = try await workspace.contract().services.elements
    #expect(services.map(\.service) == ["home-fr", "home-be", "relay", "returns"])
    #expect(services.allSatisfy { $0.feed == "live" })
    #expect(
      try await workspace.methods().map(\.method) == [
        "Home Delivery France", "Small Pro Relais", "Small Pro Domicile", "Home Delivery Belgium",
        "Relay", "Returns",
      ])
  }

  // Étape 3 : … Si vous ne saisissez pas ces informations, vous ne pourrez pas utiliser les méthodes de retour.
  @Test
  func withoutItsFieldsThereAreNoReturns() async throws {
    var contract = ContractText()
    let workspace = try Workspace(alone: contract)
    #expect(try await workspace.methods().existAndAll { $0.method != "Returns" })
    #expect(try await workspace.run("contracts", "check").status == Exit.done, "left out is unused")
    contract.fill("returns", account: "R7", accountID: "EM990007")
    contract["returns", "destination-code"] = nil
    try workspace.put(contract)
    let method = try #require(try await workspace.service("returns").methods.elements.first)
    #expect(method.method == "Returns" && method.enabled == false)
    #expect(method.missing == .array(["destination-code"]))
    let check = try await workspace.run("contracts", "check")
    #expect(check.standardOutput.contains("account manager"), "\(check.standardOutput)")
  }
}
