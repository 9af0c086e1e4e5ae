import Contract
import Views

/// Feeds as the pages show them.
package struct FeedRows: Sendable {
  package let report: ContractsReport
  package let request: PageRequest

  package init(report: ContractsReport, request: PageRequest) {
    self.report = report
    self.request = request
  }

  private var language: Language { request.language }

  /// A row for each of these.
  package func rows(of feeds: some Sequence<FeedLine>) -> [PageContext] { feeds.map(row) }

  private func row(_ line: FeedLine) -> PageContext {
    let advice = FeedAdvice(on: line, of: report[line.contract], in: language, now: request.now)
    return [
      "feed_url": .text(request.url("contracts", line.contract)),
      "feed_contract": .text(line.contract), "feed_service": .text(language.word(line.service)),
      "feed_account": .text(account(line)), "feed_tone": .tone(Tone(line.state)),
      "feed_state": .text(language.word(line.state)), "feed_step": .text(advice.text),
      "feed_step_detail": .text(advice.detail),
      "feed_last": .text(line.lastRowAt.map { language.time($0, now: request.now) }),
    ]
  }

  package static func needsSomebody(_ line: FeedLine) -> Bool {
    line.isBroken || ![.live, .awaitingFirstFile].contains(line.state)
  }

  /// What needs somebody about a feed; nil: nothing does.
  package func todo(_ line: FeedLine) -> PageContext? {
    guard FeedRows.needsSomebody(line) else { return nil }
    let advice = FeedAdvice(on: line, of: report[line.contract], in: language, now: request.now)
    let what = "\(line.contract), \(language.word(line.service)), \(account(line))"
    return [
      "todo_tone": .tone(Tone(line.state)), "todo_chip": .text(language.word(line.state)),
      "todo_what": .text(what), "todo_url": .text(request.url("contracts", line.contract)),
      "todo_detail": .text(advice.text), "todo_quote": .text(advice.detail),
      "message": .part(message(line).map(FeedRows.part)),
    ]
  }

  private func account(_ line: FeedLine) -> String {
    "\(line.account ?? "–") / \(line.accountID ?? "–")"
  }

  private func message(_ line: FeedLine) -> AdvisorMessage? {
    report[line.contract]?.services.first { $0.service.kind == line.service }?.feed.message
  }

  /// A message to copy or to mail.
  package static func part(_ message: AdvisorMessage) -> PageContext {
    let body = message.body.replacing("\n", with: "\r\n")
    return [
      "message_text": .lines(message.text),
      "message_url": .text(
        "mailto:?subject=\(percentEncoded(message.subject))&body=\(percentEncoded(body))"),
    ]
  }
}
