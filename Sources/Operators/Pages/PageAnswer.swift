/// A page, or where it is to be found.
public struct PageAnswer: Sendable {
  /// Of HTTP.
  public var status: Int
  /// UTF-8; empty where there is a location.
  public var html: [UInt8]
  public var language: Language
  /// Where to go instead, with status 303: a path of this server.
  public var location: String?

  package init(status: Int = 200, html: [UInt8], language: Language) {
    self.status = status
    self.html = html
    self.language = language
  }

  /// Leads to another page.
  package init(to location: String, language: Language) {
    self.init(status: 303, html: [], language: language)
    self.location = location
  }
}
