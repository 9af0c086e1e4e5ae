import Contract
import Testing

struct ShippingMethodTests {
  @Test(
    "each service offers its methods, enabled once all fields are given",
    arguments: [
      (
        ServiceKind.homeFR, ["Home Delivery France", "Small Pro Relais", "Small Pro Domicile"]
      ),
      (.homeBE, ["Home Delivery Belgium"]), (.relay, ["Relay"]), (.returns, ["Returns"]),
    ])
  func methodsOfServices(kind: ServiceKind, names: [String]) throws {
    let contract = Forms.contract([kind: Forms.service(kind)])
    let methods = try #require(contract[kind]?.methods)
    #expect(methods.map(\.name) == names)
    #expect(!methods.contains { !$0.isEnabled })
    #expect(methods.allSatisfy { $0.labelPrice == "0.00 EUR" })
  }

  @Test("the lack of the control key disables the three methods, but makes nothing incomplete")
  func controlKey() throws {
    let contract = Forms.contract([.homeFR: Forms.service(.homeFR, without: [.controlKey])])
    let service = try #require(contract[.homeFR])
    #expect(contract.isComplete)
    #expect(!service.hasControlKey)
    #expect(service.missing.isEmpty)
    #expect(service.methods.count == 3)
    #expect(service.methods.allSatisfy { !$0.isEnabled && $0.missing == [.controlKey] })
  }

  @Test("a disabled method names each field that it lacks", arguments: ContractFieldTests.required)
  func missingField(kind: ServiceKind, field: ContractField) throws {
    let contract = Forms.contract([kind: Forms.service(kind, without: [field])])
    let methods = try #require(contract[kind]?.methods)
    #expect(!methods.isEmpty)
    #expect(methods.allSatisfy { !$0.isEnabled && $0.missing == [field] })
  }

  @Test("a malformed field disables a method as a missing one does")
  func malformedField() throws {
    let contract = Forms.contract([
      .returns: Forms.service(.returns, without: [.destinationCode], [.account: "R"])
    ])
    let methods = try #require(contract[.returns]?.methods)
    #expect(methods.map(\.missing) == [[.account, .destinationCode]])
  }

  @Test("what is wrong with one service leaves the methods of another alone")
  func otherServices() throws {
    let contract = Forms.contract([
      .relay: Forms.service(.relay, without: [.password]),
      .homeBE: Forms.service(.homeBE, [.accountID: "EM180620"]),
    ])
    #expect(contract[.relay]?.methods.map(\.isEnabled) == [false])
    #expect(contract[.homeBE]?.methods.map(\.isEnabled) == [true])
  }
}
