import TestSupport
import Testing

/// What a layout must not say is refused with its place and with what to do.
@Suite struct LayoutRefusalTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    var name: String
    var layout: String
    /// `line:column`.
    var place: String
    var words: [String]

    var testDescription: String { name }

    /// - Parameter lines: stand after the first line, `name: x`; before the faulty place a `¦`.
    init(_ name: String, _ lines: String, _ words: String...) {
      self.name = name
      let text = "name: x\n" + lines + "\n"
      let before = text.prefix { $0 != "¦" }
      let column = before.reversed().prefix { $0 != "\n" }.count + 1
      layout = text.replacing("¦", with: "")
      place = "\(before.count { $0 == "\n" } + 1):\(column)"
      self.words = words
    }
  }

  private static let few = "account: a, account-id: i, parcel: p, date: d, code: c"

  static let faults = [
    Fault(
      "a name without a header",
      "header: false\ncolumns: { account: 1, account-id: 2, parcel: ¦p, date: 4, code: 5 }",
      "columns must have numbers of columns, counted from 1", "\"p\""),
    Fault(
      "numbers, and nothing says that there is no header",
      "columns: { account: ¦1, account-id: i, parcel: p, date: d, code: c }",
      "has the number 1", "header: false if files have none"),
    Fault(
      "number 0",
      "header: false\ncolumns:\n  account: ¦0\n  account-id: 2\n  parcel: 3\n  date: 4\n  code: 5",
      "counted from 1", "\"0\""),
    Fault(
      "one number twice",
      "header: false\ncolumns: { account: 1, account-id: 2, parcel: 3, date: ¦3, code: 5 }",
      "columns.date names the column of parcel a second time"),
    Fault(
      "value and path",
      "columns: { account: { value: E1, path: ¦account }, account-id: i, parcel: p, date: d, code: c }",
      "columns.account.path cannot stand beside value"),
    Fault(
      "the path of another field",
      "columns: { account: { path: ¦account-id }, account-id: i, parcel: p, date: d, code: c }",
      "columns.account.path must be account", "not \"account-id\""),
    Fault(
      "neither value nor path",
      "columns: { account: { ¦constant: E1 }, account-id: i, parcel: p, date: d, code: c }",
      "unknown key columns.account.constant"),
    Fault(
      "from a path without a pattern",
      "columns: { account: ¦{ path: account }, account-id: i, parcel: p, date: d, code: c }",
      "columns.account comes from the path", "write path:"),
    Fault(
      "a pattern that names half of an account", "path: ¦\"{account-id}_*\"\ncolumns: { \(few) }",
      "path must name {account}, too"),
    Fault(
      "a value that is too long",
      "columns: { account: ¦{ value: E12345678 }, account-id: i, parcel: p, date: d, code: c }",
      "columns.account must be 1 to 8 printable characters"),
    Fault(
      "a parcel that is the same in all rows",
      "columns: { account: a, account-id: i, parcel: ¦{ value: 991122334455 }, date: d, code: c }",
      "columns.parcel must come from a column"),
    Fault(
      "a part twice", "columns: { account: a, account-id: i, parcel: p, date: ¦[d, D], code: c }",
      "columns.date has the same name twice"),
    Fault(
      "a header of places", "format: fixed-width\n¦header: true\ncolumns: { }", "unknown key header"
    ),
    Fault("a prefix of nothing", "skip: ¦[\"\"]\ncolumns: { \(few) }", "skip has an empty text"),
    Fault(
      "a prefix that hides the closing line",
      "skip: ¦\"F\"\ntrailer: { marker: FIN }\ncolumns: { \(few) }",
      "skip has F, with which the closing line FIN begins"),
    Fault(
      "a letter in a pattern", "time-formats: [auto, ¦\"dd/MM/yyyy kk:mm\"]\ncolumns: { \(few) }",
      "whose k, character 12, is not understood", "yyyy yy MM M dd d HH H hh h mm ss SSS a XXX"),
    Fault("an encoding", "encoding: ¦ebcdic\ncolumns: { \(few) }", "cp850, utf-16"),
    Fault(
      "numbers of no form", "number: ¦long\ncolumns: { \(few) }", "must be one of colisprive, any"),
    Fault(
      "a value that the encoding has not",
      "encoding: cp850\ncolumns: { \(few), label: ¦{ value: \"€\" } }",
      "columns.label has a character in its value that cp850 has not"),
  ]

  @Test(arguments: faults)
  func aLayoutThatContradictsItselfIsRefusedWithItsPlace(_ fault: Fault) async throws {
    let workspace = try Workspace()
    try workspace.folder.write(
      "colisd.yaml", ConfigurationRefusalTests.good + "layout: { file: layout.yaml }\n")
    try workspace.folder.write("layout.yaml", fault.layout)
    let check = try await workspace.run("check", environment: ["DROP_PASSWORD": "s3cret"])
    let errors = check.lines.filter { $0.hasPrefix("error ") && $0.contains("layout.yaml") }
    #expect(check.status == Exit.configuration)
    let error = errors.first { line in
      line.contains("layout.yaml:\(fault.place): ") && fault.words.allSatisfy(line.contains)
    }
    #expect(error != nil, "\(errors)")
  }
}
