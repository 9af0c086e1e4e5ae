import Foundation
import ParcelStore
import SampleValues
import Testing
import Webhooks

@Suite struct BodyTemplateTests {
  private static func text(
    _ template: String, _ file: String = "a.json.mustache", of entry: JournalEntry,
    personalData: Bool = true
  ) throws -> String {
    let endpoint = try Samples.endpoint(
      .template(try BodyTemplate(template, file: file)), personalData: personalData)
    return try Samples.text(entry, to: endpoint)
  }

  /// What is wrong with a template.
  private static func fault(_ template: String, _ file: String = "a.mustache") -> String {
    let fault = #expect(throws: TemplateFault.self) { _ = try BodyTemplate(template, file: file) }
    return fault.map { "\($0)" } ?? ""
  }

  @Test func aTemplateIsFilledInWithTheMessage() throws {
    let template = """
      {
        "text": "{{data.parcel}} ({{#data}}{{order}}{{/data}}): {{data.status}}",
        {{#data.is_first_of_status}}
        "first": true,
        {{/data.is_first_of_status}}
        "site": {{json(data.site)}}, "mode": {{json(data.mode)}}
      }

      """
    #expect(
      try Self.text(template, of: .event(Samples.noted()))
        == """
        {
          "text": "991122334455 (CMD-1): delivered",
          "first": true,
          "site": "75A", "mode": null
        }

        """)
    #expect(
      try Self.text(template, of: .event(Samples.noted(isFirst: false)))
        == """
        {
          "text": "991122334455 (CMD-1): delivered",
          "site": "75A", "mode": null
        }

        """)
  }

  @Test(arguments: ["{{data.label}}", "{{{data.label}}}", "{{&data.label}}"])
  func jsonStaysJSONWhateverTheTextIs(_ tag: String) throws {
    let label = "Livré \"\u{301}ici\" \\ \n\t\u{1} <b>&amp;</b> {{data.order}} 😀"
    let text = try Self.text(#"{"label": "\#(tag)"}"#, of: .event(Samples.noted(label: label)))
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String]
    #expect(object == ["label": label])
  }

  @Test func aValueIsWrittenAsJSONAsAWhole() throws {
    let entry = JournalEntry.event(Samples.noted(label: "à \"la loge\""))
    let text = try Self.text(
      #"{"data":{{json(data)}},"label":{{json(data.label)}},"again":"{{data}}"}"#, of: entry)
    let whole = try Samples.text(entry, to: Samples.endpoint())
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["label"] as? String == "à \"la loge\"")
    #expect((object["data"] as? [String: Any])?["order"] as? String == "CMD-1")
    // All keys that there are, with what the event has first.
    let start = try #require(whole.firstRange(of: #""data":"#))
    #expect(text.hasPrefix("{\"data\":" + whole[start.upperBound...].dropLast(2)))
    #expect(
      (object["again"] as? String)?.hasPrefix(#"{"seq":7,"parcel":"991122334455""#) == true)
  }

  @Test(arguments: [
    (
      "a.xml.mustache", "<p a=\"{{data.label}}\"/>",
      "<p a=\"&lt;&quot;&amp;&#39;&gt;&#10;é\u{fffd}\"/>"
    ),
    ("a.TXT.mustache", "{{data.label}}", "<\"&'>\né\u{1}"),
    ("a.form", "label={{data.label}}&n=1", "label=%3C%22%26%27%3E%0A%C3%A9%01&n=1"),
    ("b.mustache", "\"{{data.label}}\"", "\"<\\\"&'>\\né\\u0001\""),
  ])
  func theNameOfTheFileSaysWhatIsWritten(
    _ file: String, _ template: String, _ text: String
  ) throws {
    let entry = JournalEntry.event(Samples.noted(label: "<\"&'>\né\u{1}"))
    #expect(try Self.text(template, file, of: entry) == text)
  }

  @Test(arguments: [
    ("a.xml.mustache", "application/xml; charset=utf-8"), ("txt.mustache", "application/json"),
    ("dir.xml/a.mustache", "application/json"), ("a.json", "application/json"),
    ("a.txt.mustache", "text/plain; charset=utf-8"),
    ("a.form.mustache", "application/x-www-form-urlencoded"),
  ])
  func eachHasItsContentType(_ file: String, _ type: String) throws {
    let endpoint = try Samples.endpoint(.template(try BodyTemplate("1", file: file)))
    #expect(
      DeliveryBody(.erasure(Samples.erasure()), of: ParcelStanding(), to: endpoint)
        == DeliveryBody(testOf: endpoint, at: 0))
    #expect(DeliveryBody(testOf: endpoint, at: 0).contentType == type)
  }

  @Test func withoutPersonalDataATemplateFindsNone() throws {
    let text = try Self.text(
      "{{data.order}}|{{data.postcode}}|{{data.label}}|{{data.code}}|{{data.previous_status}}",
      "a.txt.mustache", of: .event(Samples.noted(label: "Mme Martin")), personalData: false)
    #expect(text == "|||L1|")
  }

  /// What the types of messages do not have in common is null where it is not.
  @Test func eachNameIsKnownInEachMessage() throws {
    let template = #"[{{json(data.previous_status)}},{{json(data.endpoint)}},"{{type}}"]"#
    #expect(
      try Self.text(template, of: .correction(Samples.correction()))
        == #"["in_transit",null,"parcel.status_corrected"]"#)
    #expect(
      try Self.text(template, of: .erasure(Samples.erasure())) == #"[null,null,"parcel.erased"]"#)
    let endpoint = try Samples.endpoint(.template(try BodyTemplate(template, file: "a")))
    #expect(
      String(decoding: DeliveryBody(testOf: endpoint, at: 0).bytes, as: UTF8.self)
        == #"[null,"shop","webhook.test"]"#)
  }

  @Test(arguments: [
    (
      "{{status}}",
      "line 1, column 1: {{status}} is nothing that a message has; did you mean data.status?"
    ),
    (
      "\n {{{data.staus}}}",
      "line 2, column 2: {{data.staus}} is nothing that a message has; did you mean data.status?"
    ),
    (
      "é{{#data}}\r\n{{sit}}{{/data}}",
      "line 2, column 1: {{sit}} is nothing that a message has; did you mean data.site?"
    ),
    ("{{data.status.name}}", "did you mean"),
    ("{{^typ}}1{{/typ}}", "did you mean type?"),
    ("{{=<% %>=}}<% dta.status %>", "did you mean data.status?"),
    ("{{json(data.label}}", "line 1"),
    ("{{json(data.lable)}}", "did you mean data.label?"),
    ("{{uppercased(data.label)}}", "uppercased() is not known; there is json(NAME)"),
    ("{{json(json(data.label))}}", "json() can be used only once"),
    ("{{#data.order}}{{.}}{{parcell}}{{/data.order}}", "did you mean data.parcel?"),
    ("{{.status}}", "did you mean data.status?"),
    ("{{completely_different}}", "there are type, timestamp, data, data.seq, data.parcel,"),
    ("{{> head}}", "parts of other templates can't be used here"),
    ("{{$ head}}{{/ head}}", "parts of other templates can't be used here"),
    ("{{% CONTENT_TYPE:HTML}}", "the end of the file's name says what is written"),
    ("1\n{{#data}}", "a section is not closed"),
    ("1\n{{#data}}{{/type}}", "line 2, column 13: this {{/NAME}} does not close the section"),
    ("{{data.", "the file ends in the middle of a tag"),
    ("{{data status}}", "line 1, column 8: this tag has no NAME}} that can be read"),
  ])
  func whatIsWrongIsSaidWithItsPlace(_ template: String, _ sentence: String) {
    #expect(Self.fault(template, "a.txt.mustache").contains(sentence))
  }

  @Test(arguments: [
    "{{json( data.site )}}", "{{ json(data.site ) }}", "{{{json( data.site)}}}",
    "{{&json (\tdata.site )}}", "{{=<% %>=}}<%json( data.site )%>",
    "{{#json( data.site )}}{{#data}}{{json( site )}}{{/data}}{{/json( data.site )}}",
  ])
  func blanksAroundParenthesesAreNothing(_ template: String) throws {
    #expect(
      try Self.text(template, "a.txt.mustache", of: .event(Samples.noted())) == #""75A""#)
  }

  @Test func blanksThatMoveLeaveTheRestInItsPlace() {
    let fault = Self.fault(
      "{{json( data.lable )}} {{data.staus}}\n{{json( data.seq )}}{{jsn(type)}}", "a.txt.mustache")
    #expect(
      fault == """
        line 1, column 1: {{json(data.lable)}} is nothing that a message has; did you mean data.label?
        line 1, column 24: {{data.staus}} is nothing that a message has; did you mean data.status?
        line 2, column 21: jsn() is not known; there is json(NAME)
        """)
    #expect(Self.fault("{{json( data site )}}").contains("has no NAME}} that can be read"))
  }

  @Test(
    arguments: ["a.mustache", "a.txt.mustache", "a.xml.mustache", "a.form.mustache"],
    ["", " \r\n", "{{! nothing }}\n"])
  func anEmptyOneIsRefused(_ file: String, _ template: String) {
    let fault = Self.fault(template, file)
    #expect(fault.contains("it is empty, so the endpoint would be told nothing"))
  }

  @Test func oneThatIsEmptyForSomeMessagesIsGood() throws {
    let template = "{{#data.status}}{{data.status}}{{/data.status}}"
    #expect(try Self.text(template, "a.txt.mustache", of: .erasure(Samples.erasure())) == "")
  }

  @Test func allUnknownNamesAreNamed() {
    let fault = Self.fault("{{data.staus}} {{data.ordr}}\n{{#nothing}}{{data.seq}}{{/nothing}}")
    #expect(fault.split(separator: "\n").count == 3)
    #expect(fault.contains("data.status?") && fault.contains("data.order?"))
  }

  /// Each of them is good JSON of some messages only.
  @Test(arguments: [
    (#"{"order": {{data.order}}}"#, "an event"),
    (#"{"seq": {{data.seq}}, "site": "{{#data.site}}"{{/data.site}}}"#, "of which little is known"),
    (#"{"previous": {{#data.map}}{{json(data.map)}}{{/data.map}}}"#, "an event"),
    (#"{"status": {{#data.status}}1{{/data.status}}}"#, "an erasure"),
    (#"{"seq": {{data.seq}},}"#, "a comma stands before"),
    ("[{{data.seq}}, \n]", "a comma stands before"),
    (#"["\\",{"a":{},}]"#, "a comma stands before"),
    (#"{"seq": {{data.seq}},{{#data.order}}"order": "{{data.order}}"{{/data.order}}}"#, "a comma"),
  ])
  func whatWouldBeNoJSONIsRefused(_ template: String, _ words: String) {
    let fault = Self.fault(template)
    #expect(fault.contains(words) && fault.contains("it is no JSON"))
    #expect(fault.contains("{{json(data.site)}}"))
  }

  @Test(arguments: [#"{"a":",}","b":",]"}"#, #"["\",]",{},[],""]"#, #"[",\\" ] "#])
  func commasInTextsAndBetweenValuesAreGood(_ template: String) throws {
    _ = try BodyTemplate(template, file: "a.mustache")
  }

  /// With quotes, backslashes and all that a label may have.
  @Test func rawTextInQuotesIsNoReasonToRefuse() throws {
    _ = try BodyTemplate(
      #"{"text":"{{data.label}} {{{data.order}}} {{data.file}}"}"#, file: "a.mustache")
  }
}
