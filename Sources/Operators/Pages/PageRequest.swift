import HTTPTypes

/// What a browser asks of the pages.
public struct PageRequest: Sendable {
  /// The path's components, decoded: `["parcels", "991122334455"]`; empty: the overview.
  public var path: [String]
  /// Names and values, decoded, as they stand in the URL.
  public var query: [(name: String, value: String)]
  public var language: Language
  /// Whether the language was asked for with `?lang=`; then links keep it.
  public let isLanguageAsked: Bool
  /// Seconds since 1970.
  public var now: Int64

  /// - Parameter acceptLanguage: the header's value; nil: there is none.
  public init(
    path: [String], query: [(name: String, value: String)], acceptLanguage: String?, now: Int64
  ) {
    self.path = path
    self.query = query
    self.now = now
    let asked = query.last { $0.name == "lang" }.flatMap {
      Language(rawValue: $0.value.lowercased())
    }
    isLanguageAsked = asked != nil
    language = asked ?? Language(acceptLanguage: acceptLanguage)
  }

  /// The last value under a name that is not blank; nil: there is none.
  package subscript(name: String) -> String? {
    query.last { $0.name == name && !$0.value.allSatisfy(\.isWhitespace) }?.value
  }

  /// A link that keeps the language.
  package func url(_ link: PageLink) -> String {
    guard isLanguageAsked else { return link.text }
    var link = link
    link.query.append(PageLink.Item(name: "lang", value: language.rawValue))
    return link.text
  }

  /// - Parameter query: an item without a value is left out.
  package func url(_ path: String..., query: [(String, String?)] = []) -> String {
    url(PageLink(path: path, query: query))
  }

  /// This page in the other language.
  package var urlInOtherLanguage: String {
    let kept = query.filter { $0.name != "lang" }.map { ($0.name, Optional($0.value)) }
    return PageLink(path: path, query: kept + [("lang", language.other.rawValue)]).text
  }
}

extension PageRequest {
  init(_ asked: Asked, now: Int64) {
    self.init(
      path: asked.path, query: asked.query, acceptLanguage: asked.header(.acceptLanguage), now: now)
  }
}
