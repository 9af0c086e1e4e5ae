import Views

/// What `colisd check` has found so far, and the exit code that follows from it.
struct CheckFindings {
  typealias Finding = CheckReport.Finding

  private(set) var findings: [Finding] = []
  private(set) var status = ExitStatus.done
  /// Whether all faults stop nothing but a contract's own rows; a broken feed is worth more.
  private var isHarmless = true

  mutating func add(_ what: String, _ text: String) {
    findings.append(Finding(what: what, isGood: true, text: text))
  }

  mutating func fail(_ what: String, _ error: any Error, isHarmless: Bool = false) {
    let texts = (error as? ConfigurationError)?.problems.map(\.description) ?? ["\(error)"]
    findings += texts.map { Finding(what: what, isGood: false, text: $0) }
    let worse = ExitStatus(error)
    if status == .done || error is SourceFault && worse.seriousness > status.seriousness {
      status = worse
    }
    if !isHarmless { self.isHarmless = false }
  }

  /// Adds what is wrong with files of the drop.
  mutating func fail(files what: String, _ sentence: String) {
    findings.append(Finding(what: what, isGood: false, text: sentence))
    if status == .done { status = .incomplete }
    isHarmless = false
  }

  mutating func add(feeds: [Finding]) {
    findings += feeds
    if feeds.contains(where: { !$0.isGood }), status == .done || isHarmless {
      // If nobody looked at the drop, that is not the carrier's fault, and nothing is known of the feed.
      status = feeds.contains { $0.what == "feed" && !$0.isGood } ? .incomplete : .unreachable
    }
  }
}
