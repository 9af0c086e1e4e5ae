import HTTPTypes
import Views

/// In which form a value is sent, and how its texts for people look.
struct Form: Sendable {
  enum Kind: Sendable { case json, csv, text }

  let kind: Kind
  private let text: TextForm

  private static let types = ["application/json", "text/csv", "text/plain"]

  /// - Parameter kinds: those that the value has.
  init(
    _ asked: Asked, _ query: inout QueryReader, kinds: [Kind] = [.json, .csv, .text]
  ) throws(Problem) {
    let named: Kind? = try query.value("format", "form: it is json, csv or text") { word in
      switch word {
      case "json": .json
      case "csv": .csv
      case "text": .text
      default: nil
      }
    }
    text = TextForm(
      columns: try query.number("columns", 20...1_000), isUTC: try query.flag("utc"))
    if let named { kind = named } else { kind = try Self.kind(asked, kinds) }
    guard kinds.contains(kind) else {
      throw Problem(406, "this has no form of its own as \(kind)", exitStatus: 64)
    }
  }

  private static func kind(_ asked: Asked, _ kinds: [Kind]) throws(Problem) -> Kind {
    guard let accept = asked.header(.accept) else { return .json }
    let offered = kinds.map { type(of: $0) }
    // Problems are JSON, and so is what their readers want.
    let header = AcceptHeader(accept)
    if header.quality(of: "application/problem+json") ?? 0 > 0, header.best(among: offered) == nil {
      return .json
    }
    switch header.best(among: offered) {
    case "text/csv": return .csv
    case "text/plain": return .text
    case "application/json": return .json
    default:
      throw Problem(406, "the answer is \(offered.joined(separator: ", "))", exitStatus: 64)
    }
  }

  private static func type(of kind: Kind) -> String {
    switch kind {
    case .json: types[0]
    case .csv: types[1]
    case .text: types[2]
    }
  }

  /// A value in this form.
  func answer(_ json: JSON, csv: () -> [UInt8], otherwise words: () -> String) -> Answer {
    switch kind {
    case .json: Answer(json)
    case .csv: TextForm.$current.withValue(text) { Answer("text/csv; charset=utf-8", csv()) }
    case .text:
      TextForm.$current.withValue(text) {
        Answer("text/plain; charset=utf-8", Array(TextForm.folded(words()).utf8))
      }
    }
  }

  func answer(_ list: some Listed) -> Answer {
    answer(list.json, csv: { list.csv }, otherwise: { list.text })
  }

  /// A value without a form for spreadsheets.
  func answer(_ json: JSON, otherwise words: () -> String) -> Answer {
    answer(json, csv: { [] }, otherwise: words)
  }
}
