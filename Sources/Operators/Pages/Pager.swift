/// The links below a page of a list.
package struct Pager: Sendable {
  /// Where the list begins; nil: this is its first page.
  package var first: PageLink?
  /// Nil: this is its last page.
  package var next: PageLink?

  /// - Parameters:
  ///   - link: the list, with its filters.
  ///   - cursor: where this page begins; nil: at the start.
  ///   - next: where the next one begins; nil: there is none.
  package init(_ link: PageLink, cursor: String?, next: String?) {
    if cursor != nil { first = link }
    if let next {
      var link = link
      link.query.append(PageLink.Item(name: "cursor", value: next))
      self.next = link
    }
  }

  /// Nil: there is only one page.
  package func context(_ request: PageRequest) -> PageContext? {
    guard first != nil || next != nil else { return nil }
    return [
      "first_url": .text(first.map { request.url($0) }),
      "next_url": .text(next.map { request.url($0) }),
    ]
  }
}
