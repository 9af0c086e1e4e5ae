import Contract
import Testing

struct ShippingMethodTests {
  @Test(arguments: [
    (
      ServiceKind.homeFR, ["Home Delivery France", "Small Pro Relais", "Small Pro Domicile"]
    ),
    (.homeBE, ["Home Delivery Belgium"]), (.relay, ["Relay"]), (.returns, ["Returns"]),
  ])
  func eachServiceOffersItsMethodsEnabledOnceAllFieldsAreGiven(kind: ServiceKind, names: [String])
    throws
  {
    let contract = Forms.contract([kind: Forms.service(kind)])
    let methods = try #require(contract[kind]?.methods)
    #expect(methods.map(\.name) == names)
    #expect(!methods.contains { !$0.isEnabled })
    #expect(methods.allSatisfy { $0.labelPrice == "0.00 EUR" })
  }

  @Test
  func theLackOfTheControlKeyDisablesTheThreeMethodsButMakesNothingIncomplete() throws {
    let contract = Forms.contract([.homeFR: Forms.service(.homeFR, without: [.controlKey])])
    let service = try #require(contract[.homeFR])
    #expect(contract.isComplete)
    #expect(!service.hasControlKey)
    #expect(service.missing.isEmpty)
    #expect(service.methods.count == 3)
    #expect(service.methods.allSatisfy { !$0.isEnabled && $0.missing == [.controlKey] })
  }

  @Test(arguments: ContractFieldTests.required)
  func aDisabledMethodNamesEachFieldThatItLacks(kind: ServiceKind, field: ContractField) throws {
    let contract = Forms.contract([kind: Forms.service(kind, without: [field])])
    let methods = try #require(contract[kind]?.methods)
    #expect(!methods.isEmpty)
    #expect(methods.allSatisfy { !$0.isEnabled && $0.missing == [field] })
  }

  @Test
  func aMalformedFieldDisablesAMethodAsAMissingOneDoes() throws {
    let contract = Forms.contract([
      .returns: Forms.service(.returns, without: [.destinationCode], [.account: "R"])
    ])
    let methods = try #require(contract[.returns]?.methods)
    #expect(methods.map(\.missing) == [[.account, .destinationCode]])
  }

  @Test
  func whatIsWrongWithOneServiceLeavesTheMethodsOfAnotherAlone() throws {
    let contract = Forms.contract([
      .relay: Forms.service(.relay, without: [.password]),
      .homeBE: Forms.service(.homeBE, [.accountID: "EM180620"]),
    ])
    #expect(contract[.relay]?.methods.map(\.isEnabled) == [false])
    #expect(contract[.homeBE]?.methods.map(\.isEnabled) == [true])
  }
}
