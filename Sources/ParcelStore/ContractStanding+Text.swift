import Contract

// How a store writes the services of a contract.
extension ContractStanding {
  /// One service a line: its name, account, account ID and feed.
  package var servicesText: String {
    services.map { service in
      [
        service.kind.rawValue, service.account ?? "", service.accountID ?? "",
        service.feed.rawValue,
      ]
      // A malformed account may hold anything.
      .map { $0.map { $0.isWhitespace ? " " : String($0) }.joined() }
      .joined(separator: "\t")
    }.joined(separator: "\n")
  }

  /// The services of such a text; a line that is none is left out.
  package static func services(_ text: String) -> [Service] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard words.count == 4, let kind = ServiceKind(rawValue: words[0]),
        let feed = FeedState(rawValue: words[3])
      else { return nil }
      return Service(
        kind: kind, account: words[1].isEmpty ? nil : words[1],
        accountID: words[2].isEmpty ? nil : words[2], feed: feed)
    }
  }
}
