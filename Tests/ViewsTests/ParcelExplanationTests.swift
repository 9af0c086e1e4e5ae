import Carrier
import ParcelStore
import SampleValues
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

  @Test func rowsThatBroughtAnEventAgainAreNamed() {
    var repeats = EventRepeats()
    repeats.copies = 9
    repeats.searched = 9
    repeats.places[7] = [
      EventRepeats.Place(file: "out/c\u{1b}.csv", line: 9),
      EventRepeats.Place(file: "out/b.csv", line: 4),
    ]
    var explanation = explanation()
    explanation.repeats = repeats
    let text = explanation.text
    #expect(text.contains("current status\n  again     out/c"))
    #expect(text.contains(", out/b.csv:4\n") && !text.contains("\u{1b}"))
    #expect(!text.contains("then the time was over"))
    let json = explanation.json.text
    #expect(json.contains(#""line":9},{"file":"out/b.csv","line":4}]"#))
    #expect(json.contains(#""again":[]"#))
    #expect(json.hasSuffix(#""copies":{"searched":9,"of":9,"cut_off":false,"unreadable":0}}"#))
  }

  @Test func whatWasNotSearchedIsSaid() {
    var repeats = EventRepeats()
    (repeats.copies, repeats.searched) = (218, 40)
    (repeats.isCutOff, repeats.unreadable) = (true, 1)
    repeats.places[7] = (1...7).map { EventRepeats.Place(file: "out/b.csv", line: $0) }
    var explanation = explanation()
    explanation.repeats = repeats
    let text = explanation.text
    #expect(text.contains("out/b.csv:5 and 2 more; see --json\n"))
    #expect(
      text.contains("in 40 of 218 copies of files, the newest first; then the time was over."))
    #expect(text.contains("Rows of 1 copy of a file could not all be read"))
    #expect(explanation.json.text.contains(#""cut_off":true,"unreadable":1"#))
  }
}
