import Contract

/// How a service stands at a look: as it is noted, and with what is to be told.
struct StandingLine {
  let service: ContractStanding.Service
  let feed: Feed

  init(_ kind: ServiceKind, account: String?, accountID: String?, _ feed: Feed) {
    service = ContractStanding.Service(
      kind: kind, account: account, accountID: accountID, feed: feed.state)
    self.feed = feed
  }
}

/// Causes of changes, in words, as `colisd contracts history` shows them.
extension [StandingLine] {
  /// - Parameters:
  ///   - source: the contract's file.
  ///   - occasion: what made colisd read it.
  func cause(
    _ source: ContractSource?, after last: ContractStanding?, _ occasion: String
  ) -> String {
    guard let last, last.source != nil else { return "added (read \(occasion))" }
    guard last.source != source else { return causes(after: last).joined(separator: "; ") }
    // Of a changed file the change itself says enough, but of silence.
    let silence = filter { $0.feed.state == .silent }.causes(after: last)
    return (["file changed (read \(occasion))"] + silence).joined(separator: "; ")
  }

  /// Of a contract that is no more.
  func causeOfGone(after last: ContractStanding, _ occasion: String) -> String {
    guard last.source == nil else { return "removed (read \(occasion))" }
    let causes = causes(after: last)
    return causes.isEmpty
      ? "none of its rows are held any more" : causes.joined(separator: "; ")
  }

  /// Why feeds stand otherwise than they did, without any change of the contract's file.
  private func causes(after last: ContractStanding) -> [String] {
    compactMap { line in
      let former = last.services.first { $0.kind == line.service.kind }?.feed
      guard former != line.feed.state else { return nil }
      let why =
        switch (line.feed.state, former) {
        case (.live, .silent?): "rows came again"
        case (.live, .advisorToInform?), (.awaitingFirstFile, .advisorToInform?),
          (.awaitingFirstFile, .reconfigurationRequired?):
          "the day of tracking.requested came"
        case (.live, .incomplete?), (.awaitingFirstFile, .incomplete?):
          "no other contract claims its account any more"
        case (.live, _): "the first row came"
        case (.silent, _): line.feed.evidence ?? "nothing came"
        case (.incomplete, _): "another contract claims its account"
        case (.removed, _): "it is in no contract any more, and its rows come and are held"
        default: "its rows came under another account before"
        }
      return "\(line.service.kind.rawValue): \(why)"
    }
  }
}
