import Carrier
import ParcelStore
import Status
import Testing
import Views

/// Why a parcel's events say what they say.
@Suite struct ParcelExplanationTests {
  private func explanation() -> ParcelExplanation {
    var unknown = Samples.event(.unmapped, seq: 8)
    unknown.wording = Wording(code: "ZZ9", label: "Flashage")
    let timeline = Samples.timeline([Samples.event(), unknown])
    var first = ExplainedEvent(timeline.events[0], .decides)
    first.layout = "colisprive"
    first.rule = ("annex 1-ab: code \"L1\"", "status-map.yaml:3:7")
    return ParcelExplanation(
      timeline, [first, ExplainedEvent(timeline.events[1], .unmapped)], RawMentions())
  }

  @Test func theTextNamesFileLayoutRuleGateAndReason() {
    #expect(
      explanation().text == """
        Parcel 991122334455, account E1 / EM180619
        status delivered, by out/a.csv:3, seq 7

        2026-08-28T11:42:10+02:00  delivered
          says      code L1
          from      out/a.csv:3, read by layout colisprive
          received  2026-08-28T11:43:10+02:00, seq 7
          rule      annex 1-ab: code "L1" (status-map.yaml:3:7)
          gate      admitted: contract dupont, home-fr
          status    this event decides the current status

        2026-08-28T11:42:10+02:00  unmapped
          says      code ZZ9, "Flashage"
          from      out/a.csv:3
          received  2026-08-28T11:43:10+02:00, seq 8
          rule      none
          gate      admitted: contract dupont, home-fr
          status    the map does not know it, so it decides nothing while another event is known

        """)
  }

  @Test func theJSONHasTheSame() {
    let text = explanation().json.text
    #expect(
      text.hasPrefix(
        #"{"parcel":"991122334455","account":"E1","account_id":"EM180619","status":"delivered","#
          + #""decided_by":7,"map":null,"events":[{"event":{"seq":7,"#))
    #expect(
      text.contains(
        #""layout":"colisprive","map":null,"rule":"annex 1-ab: code \"L1\"","#
          + #""rule_place":"status-map.yaml:3:7","meaning_by_configured_map":null,"#
          + #""gate":{"verdict":"admitted","contract":"dupont","service":"home-fr"},"#
          + #""decides":true,"reason":"decides"}"#))
    #expect(text.contains(#""decides":false,"reason":"unmapped"}],"held":[],"rejected":0}"#))
  }
}
