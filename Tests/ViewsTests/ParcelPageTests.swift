import Carrier
import Contract
import ParcelStore
import SampleValues
import Status
import Testing
import TrackingFile
import Views

@Suite struct ParcelPageTests {
  private func page(
    _ timelines: ParcelTimeline..., mentions: RawMentions = RawMentions()
  ) throws -> ParcelPage {
    try #require(ParcelPage(of: Samples.parcel, timelines, mentions))
  }

  @Test func theJSONHasTheKeysThatUsersScriptAgainst() throws {
    let page = try page(Samples.timeline([Samples.event()]))
    #expect(
      page.json.text
        == #"{"parcel":"991122334455","postcode":"75012","order":"CMD-1","contract":"dupont","#
        + #""service":"home-fr","account":"E1","account_id":"EM180619","status":"delivered","#
        + #""reason":null,"mode":null,"status_since":"2026-08-28T11:42:10+02:00","delivered":true,"#
        + #""expected_on":null,"tracking_url":"\#(Self.url)","#
        + #""sendcloud":{"id":11,"message":"Delivered"},"aftership":"Delivered","#
        + #""easypost":"delivered","events":[{"seq":7,"parcel":"991122334455","#
        + #""occurred_at":"2026-08-28T11:42:10+02:00","precision":"second","#
        + #""received_at":"2026-08-28T09:43:10Z","code":"L1","label":null,"status":"delivered","#
        + #""reason":null,"mode":null,"site":"75A","file":"out/a.csv","line":3,"#
        + #""occurred_text":null}],"country":"FR","other_account_ids":[],"postcode_agrees":null,"pickup_until":null,"held":[],"rejected":0}"#
    )
  }

  private static let url =
    "https://colisprive.com/moncolis/pages/DetailColis.aspx?numColis=99112233445575012&lang=fr"

  @Test func theTextHasTheFactsAndTheTimeline() throws {
    let text = try page(Samples.timeline([Samples.event()])).text
    #expect(
      text == """
        Parcel 991122334455, account E1 / EM180619
        status    delivered, since 2026-08-28T11:42:10+02:00
        order     CMD-1
        postcode  75012 FR
        contract  dupont, home-fr
        page      \(Self.url)

        when                       status     code  label  site  from
        2026-08-28T11:42:10+02:00  delivered  L1    -      75A   out/a.csv:3

        """)
  }

  @Test(arguments: [
    (EventTime.Precision.minute, "2026-08-28T11:42+02:00"), (.day, "2026-08-28"),
    (.none, "no date"),
  ])
  func aTimeShowsNoMoreThanTheFileSaid(
    _ precision: EventTime.Precision, _ when: String
  ) throws {
    let text = try page(Samples.timeline([Samples.event(precision: precision)])).text
    #expect(text.contains("\n\(when)  "), "\(text)")
  }

  @Test func ofSeveralAccountsTheOneWithTheLatestEventIsShown() throws {
    let page = try page(
      Samples.timeline([Samples.event(seq: 9)]),
      Samples.timeline([Samples.event(seq: 4, account: Samples.other)], account: Samples.other))
    #expect(page.text.hasPrefix("Parcel 991122334455, account E1 / EM180619\n"))
    #expect(page.text.contains("also known under EM000001; --account-id"))
    #expect(page.json.text.contains(#""other_account_ids":["EM000001"]"#))
  }

  @Test(
    arguments: [
      ("99112233445575013", false), ("99112233445575012", true), ("991122334455", nil),
      ("991122334455B1000", false),
    ] as [(String, Bool?)])
  func aPostcodeThatIsNotTheParcelsIsPointedOut(_ key: String, _ agrees: Bool?) throws {
    var page = try page(Samples.timeline([Samples.event()]))
    page.asked = TrackingKey(key)
    #expect(page.json.text.contains("\"postcode_agrees\":\(agrees.map { "\($0)" } ?? "null"),"))
    #expect(page.text.contains("note: ") == (agrees == false))
    if key.hasSuffix("75013") {
      #expect(
        page.text.hasSuffix(
          "\nnote: the postcode asked with the number is 75013, and its rows have 75012: is it another parcel?\n"
        ))
    }
  }

  @Test func aParcelThatWaitsForPickUpHasItsLastDayThere() throws {
    var page = try page(Samples.timeline([Samples.event(.readyForPickup)]))
    #expect(page.json.text.contains(#""pickup_until":"2026-09-05""#))
    page.deadline = PickupDeadline(days: 3)
    #expect(page.text.contains("\npick-up   until 2026-08-31\n"), "\(page.text)")
    #expect(!(try self.page(Samples.timeline([Samples.event()]))).text.contains("pick-up"))
  }

  @Test func ofAParcelWithoutAPostcodeNothingIsSaidOfTheOneThatIsAsked() throws {
    var page = try page(Samples.timeline([Samples.event()], postcode: nil))
    page.asked = TrackingKey("99112233445575013")
    #expect(page.json.text.contains("\"postcode_agrees\":null,") && !page.text.contains("note: "))
  }

  @Test func aNumberOfWhichNothingIsKnownHasNoPage() {
    #expect(ParcelPage(of: Samples.parcel, [], RawMentions()) == nil)
  }

  @Test func aNumberOfWhichAllRowsAreHeldHasAPageWithoutEvents() throws {
    var mentions = RawMentions()
    mentions.held = [
      RawMentions.Held(
        account: HeldAccount(account: Samples.other, reason: .unknownAccount), rows: 2,
        file: "a.csv", line: 2)
    ]
    let page = try page(mentions: mentions)
    #expect(
      page.text == """
        Parcel 991122334455, account D0 / EM000001

        2 rows of it are held under account D0 / EM000001 (unknown-account), first a.csv:2: no contract has \
        this account: write it into one (colisd contracts new), if it is yours. Then they come in without \
        further work

        """)
    #expect(page.json.text.contains(#""status":null"#))
    #expect(
      page.json.text.contains(
        #""held":[{"account":"D0","account_id":"EM000001","reason":"unknown-account","rows":2,"#
          + #""file":"a.csv","line":2,"next_step":"no contract has this account: write it into one (colisd "#
          + #"contracts new), if it is yours"}],"rejected":0}"#))
  }

  @Test func aLineThatCouldNotBeReadIsNamed() throws {
    var mentions = RawMentions()
    mentions.rejected = 1
    mentions.firstRejected = RejectedLine(
      file: "a.csv", line: 4, reason: .dateMalformed, raw: [])
    let page = try page(Samples.timeline([]), mentions: mentions)
    let sentence =
      "1 line that carries its number could not be read, first a.csv:4 (date-malformed); "
      + "colisd rejects shows them, and colisd check FILE whether a corrected file or layout can be read"
    #expect(page.text.hasSuffix("\n\(sentence)\n"))
    #expect(mentions.rejectedText == ", but \(sentence)")
  }
}
