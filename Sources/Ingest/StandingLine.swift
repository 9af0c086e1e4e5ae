import Contract

/// The state of one service: in the form in which it is recorded, and with the details for the log.
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
  ///   - occasion: when colisd read it, in words.
  func cause(
    _ source: ContractSource?, after last: ContractStanding?, _ occasion: String
  ) -> String {
    guard let last, last.source != nil else { return "added (read \(occasion))" }
    guard last.source != source else { return causes(after: last).joined(separator: "; ") }
    // The change of the file explains everything except that a feed fell silent.
    let silence = filter { $0.feed.state == .silent }.causes(after: last)
    return (["file changed (read \(occasion))"] + silence).joined(separator: "; ")
  }

  /// The cause for a contract that is gone.
  func causeOfGone(after last: ContractStanding, _ occasion: String) -> String {
    guard last.source == nil else { return "removed (read \(occasion))" }
    let causes = causes(after: last)
    return causes.isEmpty
      ? "none of its rows are held any more" : causes.joined(separator: "; ")
  }

  /// Why feeds have another state than before, although the contract's file did not change.
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
