import Carrier
import Contract
import Testing

struct FeedTests {
  /// 2026-11-24 10:00 in Paris, a Tuesday.
  private let now: Int64 = 1_795_510_800
  private let hour: Int64 = 3_600

  private func feed(
    _ contract: MerchantContract, lastRowAt: Int64? = nil, former: AccountPair? = nil,
    namedSince: Int64? = nil, at: Int64? = nil, lookedAt: Int64? = .max
  ) throws -> Feed {
    let service = try #require(contract.services.first)
    var records: [FeedRecord] = []
    func record(_ pair: AccountPair, _ namedSince: Int64?, _ lastRowAt: Int64?) -> FeedRecord {
      FeedRecord(
        contract: contract.id, service: service.kind, account: pair, namedSince: namedSince
      ).withRows(first: lastRowAt, last: lastRowAt)
    }
    if let pair = service.pair { records.append(record(pair, namedSince, lastRowAt)) }
    if let former { records.append(record(former, nil, now - 100 * hour)) }
    let now = at ?? now
    return contract.feed(
      of: service, past: FeedPast(records), now: now, lookedAt: lookedAt.map { min($0, now) })
  }

  static let states: [(MerchantContract, FeedState, String)] = [
    (
      Forms.contract([.homeFR: Forms.service(.homeFR, without: [.username])]), .incomplete,
      "home-fr.username is missing"
    ),
    (Forms.contract(plan: "free"), .subscriptionRequired, "lite, growth or premium"),
    (Forms.contract(active: "false"), .subscriptionRequired, "active: true"),
    (Forms.contract(requested: nil), .advisorToInform, "tracking.requested"),
    (Forms.contract(requested: "2026-11-25"), .advisorToInform, "until 2026-11-25"),
    (Forms.contract(), .awaitingFirstFile, "requested on 2026-11-02"),
  ]

  @Test(arguments: states)
  func aFeedThatNeverBroughtARowSaysWhatToDoNext(
    contract: MerchantContract, state: FeedState, words: String
  ) throws {
    let feed = try feed(contract)
    #expect(feed.state == state)
    #expect(feed.nextStep.contains(words))
    #expect(feed.nextStep.contains("account E1, account ID EM180619"))
    #expect(feed.nextStep.hasSuffix("."))
  }

  @Test
  func aFieldThatIsMissingIsSaidToBeMissingInTheSentenceToo() throws {
    let contract = Forms.contract([.relay: Forms.service(.relay, without: [.account, .password])])
    let feed = try feed(contract)
    #expect(feed.state == .incomplete)
    #expect(feed.nextStep.contains("account (missing), account ID EM180619"))
    #expect(feed.nextStep.contains("and 1 more"))
  }

  @Test
  func rowsMakeAFeedLiveAndNamingItsLastOneTellsSinceWhen() throws {
    let feed = try feed(Forms.contract(), lastRowAt: now - hour)
    #expect(feed.state == .live)
    #expect(feed.nextStep.contains("2026-11-24T09:00:00+01:00"))
  }

  @Test(arguments: states.prefix(5))
  func whatForbidsRowsComesBeforeWhatRowsCame(
    contract: MerchantContract, state: FeedState, words: String
  ) throws {
    #expect(try feed(contract, lastRowAt: now - hour).state == state)
  }

  @Test
  func aFeedIsSilentOnceNothingCameForLongerThanAgreed() throws {
    let contract = Forms.contract(silence: "24h")
    let last = now - 24 * hour
    #expect(try feed(contract, lastRowAt: last).state == .live)
    let silent = try feed(contract, lastRowAt: last - 1)
    #expect(silent.state == .silent)
    #expect(silent.nextStep.contains("since 2026-11-23T09:59:59+01:00"))
    #expect(silent.nextStep.contains("24 hours"))
  }

  @Test
  func whatNobodyLookedForIsNoSilenceOfTheCarriersAndThenNobodyIsToWriteToIt() throws {
    let contract = Forms.contract(silence: "24h")
    let last = now - 50 * hour
    for lookedAt in [nil, last, last + 24 * hour] as [Int64?] {
      let feed = try feed(contract, lastRowAt: last, lookedAt: lookedAt)
      #expect(feed.state == .live && feed.isUnwatched && feed.message == nil)
      #expect(feed.nextStep.hasPrefix("Start colisd"), "\(feed.nextStep)")
      #expect(feed.nextStep.contains("account E1, account ID EM180619"))
      #expect(feed.nextStep.contains(lookedAt == nil ? "never read" : "last read at 2026-11-2"))
    }
    #expect(try feed(contract, lastRowAt: last, lookedAt: now - hour).state == .silent)
    let fresh = try feed(contract, lastRowAt: now - hour, lookedAt: nil)
    #expect(fresh.state == .live && !fresh.isUnwatched)
  }

  @Test
  func saturdaysAndSundaysDoNotCountAsSilence() throws {
    // From Friday 2026-11-20 16:00 to Monday 2026-11-23 16:00 only one day of business passes.
    let friday: Int64 = 1_795_186_800
    let contract = Forms.contract(silence: "24h")
    #expect(try feed(contract, lastRowAt: friday, at: friday + 72 * hour).state == .live)
    #expect(try feed(contract, lastRowAt: friday, at: friday + 72 * hour + 1).state == .silent)
    // A row of Saturday noon counts from Monday's midnight.
    let saturday = friday + 20 * hour
    #expect(try feed(contract, lastRowAt: saturday, at: saturday + 60 * hour).state == .live)
    #expect(try feed(contract, lastRowAt: saturday, at: saturday + 60 * hour + 1).state == .silent)
  }

  @Test
  func afterAChangeOfAccountTheFeedHasToBeConfiguredAgainWhichALaterDayTells() throws {
    let former = try #require(Forms.pair("D0", "EM180000"))
    let contract = Forms.contract()
    let changed = try feed(contract, former: former)
    #expect(changed.state == .reconfigurationRequired)
    for words in ["account D0, account ID EM180000", "account E1, account ID EM180619"] {
      #expect(changed.nextStep.contains(words))
    }
    let message = try #require(changed.message?.text)
    for words in ["Ancien compte : D0", "Ancien ID de compte : EM180000", "EM180619"] {
      #expect(message.contains(words))
    }
    #expect(try feed(contract, lastRowAt: now, former: former).state == .live)
    // Requested again, on the day of the change or later.
    let again = Forms.contract(requested: "2026-11-20")
    #expect(
      try feed(again, former: former, namedSince: now - 96 * hour).state == .awaitingFirstFile)
    #expect(
      try feed(again, former: former, namedSince: now - 72 * hour).state
        == .reconfigurationRequired)
    #expect(
      try feed(Forms.contract(requested: nil), former: former).state == .reconfigurationRequired)
  }

  @Test
  func theAdvisorsMessageIsReadyToCopyWhereTheNextStepIsToWriteIt() throws {
    let contract = Forms.contract(requested: nil)
    let text = try #require(try feed(contract).message?.text)
    #expect(text.contains("compte E1, ID de compte EM180619") && text.contains("SFTP"))
    #expect(try feed(Forms.contract(), lastRowAt: now - 200 * hour).message != nil)
    #expect(try feed(Forms.contract()).message == nil)
    #expect(try feed(Forms.contract(), lastRowAt: now).message == nil)
  }

  @Test
  func theNamesOfTheStatesAreTheOnesThatUsersScriptAgainst() {
    #expect(
      FeedState.allCases.map(\.rawValue) == [
        "incomplete", "subscription-required", "advisor-to-inform", "awaiting-first-file", "live",
        "silent", "reconfiguration-required", "removed",
      ])
    #expect(
      HoldReason.allCases.map(\.rawValue) == [
        "unknown-account", "contract-incomplete", "subscription-required",
        "tracking-not-requested", "account-changed",
      ])
  }
}
