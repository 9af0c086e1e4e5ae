import Contract
import Testing

struct ContractFieldTests {
  @Test(arguments: [
    (ServiceKind.homeFR, ["username", "password", "account", "account-id", "control-key"]),
    (.homeBE, ["username", "password", "account", "account-id"]),
    (.relay, ["username", "password", "account-id", "account"]),
    (.returns, ["username", "password", "account-id", "account", "destination-code"]),
  ])
  func eachServiceHasExactlyTheFieldsOfTheCarriersForm(kind: ServiceKind, fields: [String]) {
    #expect(kind.fields.map(\.rawValue) == fields)
  }

  /// Every service with every field that it needs.
  static let required = ServiceKind.allCases.flatMap { kind in
    kind.requiredFields.map { (kind, $0) }
  }

  @Test(arguments: required)
  func aMissingFieldIsNamedWithItsService(kind: ServiceKind, field: ContractField) throws {
    let contract = Forms.contract([kind: Forms.service(kind, without: [field])])
    #expect(contract.problems.map(\.kind) == [.missing])
    #expect(contract.problems.map(\.path) == [FieldPath(kind, field)])
    let problem = try #require(contract.problems.first)
    #expect(problem.message.hasPrefix("\(kind.rawValue).\(field.rawValue) is missing"))
    #expect(!contract.isComplete)
    #expect(contract[kind]?.missing == [field])
  }

  @Test(arguments: required)
  func anEmptyTextCountsAsNotGiven(kind: ServiceKind, field: ContractField) {
    let contract = Forms.contract([kind: Forms.service(kind, [field: ""])])
    #expect(contract[kind]?.missing == [field])
  }

  @Test(arguments: ServiceKind.allCases)
  func aServiceWithAllOfItsRequiredFieldsIsComplete(kind: ServiceKind) {
    let contract = Forms.contract([kind: Forms.service(kind, without: [.controlKey])])
    #expect(contract.problems.isEmpty)
    #expect(contract.isComplete)
  }

  @Test
  func allMissingFieldsOfAllServicesAreToldAtOnce() {
    let services = ServiceKind.allCases.map { ($0, ServiceForm(fields: [:])) }
    let contract = Forms.contract(Dictionary(uniqueKeysWithValues: services))
    let expected = Self.required.map { FieldPath($0.0, $0.1) }
    #expect(contract.problems.map(\.path) == expected)
    #expect(expected.count == 4 + 4 + 4 + 5)
  }

  @Test(arguments: [
    ("E1", true), ("D0", true), ("e1", true), ("1E", false), ("E", false), ("E12", false),
    ("EE", false), ("11", false), ("É1", false), ("E 1", false), ("1E1", false),
  ])
  func anAccountIsALetterAndADigit(text: String, isAccepted: Bool) {
    let contract = Forms.contract([.homeBE: Forms.service(.homeBE, [.account: text])])
    #expect(contract.isComplete == isAccepted)
    if !isAccepted {
      #expect(contract.problems.map(\.path) == [["home-be", "account"]])
      #expect(contract.problems.map(\.kind) == [.malformed])
      #expect(contract.problems.first?.message.contains("a letter and a digit") == true)
    }
  }

  @Test(arguments: [
    ("EM180619", true, false), ("EM18", true, false), ("EM18061912345678", true, false),
    ("180619", true, false), ("em180619", true, false), ("EM1", true, true), ("7", true, true),
    ("EM-180619", true, true), ("EM_1", true, true), ("EMABCD", true, true),
    ("EM180619123456789", false, false), ("EM 180619", false, false), ("ÉM180619", false, false),
    ("EM.180619", false, false),
  ])
  func anAccountIDIsOneToSixteenLettersDigitsAndAnOddOneIsNotedAndNoMistake(
    text: String, isAccepted: Bool, isOdd: Bool
  ) {
    let contract = Forms.contract([.relay: Forms.service(.relay, [.accountID: text])])
    #expect(contract.isComplete == isAccepted)
    #expect(contract.notes.map(\.path) == (isOdd ? [["relay", "account-id"]] : []))
    if !isAccepted {
      #expect(contract.problems.map(\.path) == [["relay", "account-id"]])
      #expect(contract.problems.map(\.kind) == [.malformed])
    }
  }

  @Test
  func aFieldOfAnotherServiceIsPointedOut() {
    let contract = Forms.contract([
      .homeBE: Forms.service(.homeBE, [.destinationCode: "DST01"])
    ])
    #expect(contract.problems.map(\.path) == [["home-be", "destination-code"]])
    #expect(contract.problems.first?.message.contains("no field of home-be") == true)
  }

  @Test(arguments: [ContractField.password, .controlKey])
  func aSecretIsOnlyKnownAsGiven(field: ContractField) {
    let form = ServiceForm(fields: [field: "hunter2"])
    #expect(form[field] == ServiceForm.secretGiven)
    #expect(!"\(form)".contains("hunter2"))
  }
}
