import Carrier
import Contract
import TestSupport
import Testing

struct NearMatchTests {
  private func contract(
    _ id: String, _ account: String, _ accountID: String, _ kind: ServiceKind = .homeFR
  ) -> MerchantContract {
    Forms.contract(
      id: id, [kind: Forms.service(kind, [.account: account, .accountID: accountID])])
  }

  private func pair(_ account: String, _ accountID: String) throws -> AccountPair {
    try #require(AccountPair(account: account, accountID: accountID))
  }

  static let differences: [(String, String, NearMatch.Difference?)] = [
    // The contract has E1 / EM180619.
    ("e1", "EM180619", .letterCase), ("E1", "em180619", .letterCase),
    ("E1", "Em180619", .letterCase), ("e1", "em180619", .letterCase),
    // Replaced: first, in the middle, beyond the eighth byte's border, last.
    ("E1", "FM180619", .oneCharacter), ("E1", "EM18O619", .oneCharacter),
    ("E1", "EM180618", .oneCharacter), ("E1", "EM18-619", .oneCharacter),
    // Missing.
    ("E1", "M180619", .oneCharacter), ("E1", "EM10619", .oneCharacter),
    ("E1", "EM18061", .oneCharacter),
    // Too many.
    ("E1", "XEM180619", .oneCharacter), ("E1", "EM1880619", .oneCharacter),
    ("E1", "EM1806199", .oneCharacter), ("E1", "EM1806190", .oneCharacter),
    // Neighbours swapped.
    ("E1", "ME180619", .oneCharacter), ("E1", "EM180691", .oneCharacter),
    ("E1", "EM108619", .oneCharacter),
    // Letters of another case beside it.
    ("e1", "EM180618", .oneCharacter), ("E1", "em18061", .oneCharacter),
    // Another account.
    ("D0", "EM180619", .category), ("D0", "em180619", .category), ("E", "EM180619", .category),
    ("E12", "EM180619", .category),
    // Two mistakes.
    ("E1", "EM180600", nil), ("E1", "FM180618", nil), ("E1", "EM1806", nil),
    ("E1", "EM18061999", nil), ("E1", "EM10861X", nil), ("E1", "EM810691", nil),
    ("E1", "EM190618", nil), ("E1", "EM106198", nil), ("E1", "EM1806188", nil),
    ("D0", "EM180618", nil), ("D0", "EM18061", nil), ("D0", "EM180691", nil),
    // The two the other way round, something else, short ones.
    ("EM180619", "E1", nil), ("E1", "PR330051", nil), ("E1", "E", nil), ("E1", "EM1", nil),
    // Itself.
    ("E1", "EM180619", nil),
  ]

  @Test(arguments: differences)
  func whatNearlyIsThePairOfAContractIsFoundWithItsDifference(
    account: String, accountID: String, difference: NearMatch.Difference?
  ) throws {
    let set = ContractSet([Forms.contract()])
    let matches = set.nearMatches(of: try pair(account, accountID))
    let own = try #require(Forms.pair())
    let expected = difference.map {
      NearMatch(contract: "dupont", service: .homeFR, pair: own, difference: $0)
    }
    #expect(matches == (expected.map { [$0] } ?? []))
  }

  @Test(arguments: [
    ("EM18", "EM19", true), ("EM18", "EM1", false), ("EM1", "EM18", false), ("EM1", "EM2", false),
    ("EM18", "EM188", true), ("EM188", "EM18", true), ("EM18", "ME18", true),
    ("E", "F", false),
  ])
  func idsOfFourCharactersMayDifferInOneShorterOnesMayNot(own: String, seen: String, isFound: Bool)
    throws
  {
    let set = ContractSet([contract("a", "E1", own)])
    #expect(set.nearMatches(of: try pair("E1", seen)).isEmpty != isFound)
    // Nothing but the case, or nothing but the account, is safe at any length.
    #expect(set.nearMatches(of: try pair("e1", own)).map(\.difference) == [.letterCase])
    #expect(set.nearMatches(of: try pair("D0", own)).map(\.difference) == [.category])
  }

  @Test(arguments: [
    ("EM18061912345678", "EM18061912345679", true),
    ("EM18061912345678", "EM1806191234567", true),
    ("EM1806191234567", "EM18061912345678", true),
    ("EM1806191234567", "XEM1806191234567", true),
    ("EM18061912345678", "EM18061921345678", true),
    ("EM18061912345678", "EM18061192345678", true),
    ("EM18061912345678", "XEM1806191234567", false),
    ("EM18061912345678", "EM18061912345687", true),
  ])
  func idsMayBeAsLongAsAnAccountPairHolds(own: String, seen: String, isFound: Bool) throws {
    let set = ContractSet([contract("a", "E1", own)])
    #expect(set.nearMatches(of: try pair("E1", seen)).isEmpty != isFound)
  }

  @Test
  func oneMistakeIsFoundAsASearchInAllTextsWithOneMistakeFindsIt() throws {
    let own = "ABBA1"
    let alphabet = Array("AB1")
    let letters = Array(own)
    var near: Set<String> = []
    for place in 0...letters.count {
      for letter in alphabet {
        near.insert(String(letters[..<place] + [letter] + letters[place...]))
        guard place < letters.count else { continue }
        near.insert(String(letters[..<place] + [letter] + letters[(place + 1)...]))
      }
      guard place < letters.count else { continue }
      near.insert(String(letters[..<place] + letters[(place + 1)...]))
      guard place + 1 < letters.count else { continue }
      var swapped = letters
      swapped.swapAt(place, place + 1)
      near.insert(String(swapped))
    }
    near.remove(own)
    let index = NearMatchIndex(ContractSet([contract("a", "E1", own)]))
    var texts = [""]
    for _ in 0..<7 {
      texts = texts.flatMap { text in alphabet.map { text + String($0) } }
      for text in texts where text.count >= 4 && text != own {
        let matches = index.matches(of: try pair("E1", text))
        #expect(matches.map(\.difference) == (near.contains(text) ? [.oneCharacter] : []))
      }
    }
  }

  @Test
  func theNearestComesFirstThenContractsByIdAndServicesInTheirOrderAtMostFive() throws {
    let both = Forms.contract(
      id: "m",
      [
        .returns: Forms.service(.returns, [.account: "R2"]),
        .homeBE: Forms.service(.homeBE, [.account: "B3"]),
      ])
    let contracts = [
      both, contract("z", "E1", "em180619"), contract("y", "E1", "EM180618"),
      contract("b", "E1", "EM18061"), contract("c", "D0", "EM180619", .relay),
    ]
    let seen = try pair("E1", "EM180619")
    let matches = ContractSet(contracts).nearMatches(of: seen)
    #expect(matches.map(\.contract) == ["z", "b", "y", "c", "m"])
    #expect(matches.map(\.service) == [.homeFR, .homeFR, .homeFR, .relay, .homeBE])
    #expect(
      matches.map(\.difference) == [
        .letterCase, .oneCharacter, .oneCharacter, .category, .category,
      ])
    let without = ContractSet(Array(contracts.dropFirst(2))).nearMatches(of: seen)
    #expect(without.map(\.contract) == ["b", "y", "c"])
  }

  @Test
  func aPairThatAContractHasIsNearToNoneWhereverItStands() throws {
    let set = ContractSet([
      contract("a", "E1", "EM180618"), contract("b", "E1", "EM180619"),
      contract("c", "E1", "em180619"),
    ])
    #expect(set.nearMatches(of: try pair("E1", "EM180619")).isEmpty)
    #expect(set.nearMatches(of: try pair("e1", "EM180619")).count == 3)
  }

  @Test
  func servicesWithoutAReadablePairArePassedOverIncompleteOnesAreNot() throws {
    let set = ContractSet([
      Forms.contract(id: "a", [.homeFR: Forms.service(.homeFR, without: [.accountID])]),
      Forms.contract(id: "b", [.homeFR: Forms.service(.homeFR, [.accountID: "EM180619123456789"])]),
      Forms.contract(id: "c", [.homeFR: Forms.service(.homeFR, without: [.password])]),
    ])
    let matches = set.nearMatches(of: try pair("E1", "em180619"))
    #expect(matches.map(\.contract) == ["c"])
    #expect(ContractSet([]).nearMatches(of: try pair("E1", "em180619")).isEmpty)
  }

  static let sentences: [(String, String, [String])] = [
    (
      "e1", "EM180619",
      ["differs only in upper and lower case: write it so in the contract (account: e1) if"]
    ),
    ("e1", "em180619", ["(account: e1, account-id: em180619) if it is the same account."]),
    ("E1", "EM180618", ["differs in one character of its ID:", "(account-id: EM180618) if"]),
    ("E1", "EM18061", ["has one character more in its ID:", "(account-id: EM18061) if"]),
    ("E1", "EM1806199", ["has one character less in its ID:", "(account-id: EM1806199) if"]),
    ("E1", "EM180691", ["two neighbouring characters the other way round:"]),
    (
      "D0", "EM180619",
      [
        "has the same ID under another account:",
        "(account: D0) if it is the same service, or add the service that it belongs to.",
      ]
    ),
  ]

  @Test(arguments: sentences)
  func aSentenceNamesBothPairsContractAndServiceAndSaysWhatToDo(
    account: String, accountID: String, words: [String]
  ) throws {
    let seen = try pair(account, accountID)
    let match = try #require(ContractSet([Forms.contract()]).nearMatches(of: seen).first)
    let sentence = match.sentence(for: seen)
    #expect(
      sentence.hasPrefix(
        "The files have account \(account), account ID \(accountID), which no contract has; "))
    #expect(
      sentence.contains("; home-fr of contract dupont has account E1, account ID EM180619, whose ")
        || sentence.contains(
          "; home-fr of contract dupont has account E1, account ID EM180619, which ")
    )
    for word in words { #expect(sentence.contains(word)) }
  }

  @Test
  func theWordsAreTheOnesThatUsersScriptAgainst() {
    #expect(
      NearMatch.Difference.allCases.map(\.rawValue) == ["letter-case", "one-character", "category"])
  }

  @Test
  func aThousandPairsAreComparedWithTenThousandContractsInAnInstant() throws {
    let contracts = (0..<10_000).map { contract("contract-\($0)", "E1", "EM\(100_000 + $0 * 37)") }
    let index = NearMatchIndex(ContractSet(contracts))
    let seen = try (0..<1_000).map { try pair("E1", "EM\(100_000 + $0 * 371 + 5)") }
    var found = 0
    let time = threadTime {
      for pair in seen { found += index.matches(of: pair).isEmpty ? 0 : 1 }
    }
    #expect(found > 0)
    // Two milliseconds a pair, of which it takes a small part.
    #expect(time < .seconds(2))
  }
}
