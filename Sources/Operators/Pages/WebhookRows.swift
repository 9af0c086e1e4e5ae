import Carrier
import ParcelStore
import Views

/// Endpoints of webhooks, and what they have not taken, as the pages show them.
package struct WebhookRows: Sendable {
  package let states: [WebhookState]
  package let request: PageRequest

  /// An answer is shown as far as it says what was wrong: characters.
  private static let longestAnswer = 300

  package init(states: [WebhookState], request: PageRequest) {
    self.states = states
    self.request = request
  }

  private var language: Language { request.language }

  package var context: PageContext {
    let remarks = states.compactMap(remark)
    return [
      "has_webhooks": .flag(!states.isEmpty), "webhooks": .list(states.map(row)),
      "has_remarks": .flag(!remarks.isEmpty), "remarks": .list(remarks),
      "open_lists": .list(states.flatMap { [parkedList($0), waitingList($0)].compactMap { $0 } }),
    ]
  }

  private func row(_ state: WebhookState) -> PageContext {
    let advice = WebhookAdvice(on: state, in: language, now: request.now)
    return [
      "webhook_name": .text(state.name), "webhook_server": .text(state.server),
      "webhook_tone": .tone(advice.tone), "webhook_state": .text(advice.word),
      "webhook_position": .text(state.record.map { language.number($0.position) }),
      "webhook_behind": .text(language.number(state.behind)),
      "webhook_since": .text(
        state.pendingSince.map {
          language.choose("depuis le ", "since ") + language.time($0, now: request.now)
        }),
      "webhook_waiting": .text(language.number(state.counts.waiting)),
      "webhook_parked": .text(language.number(state.counts.parked)),
      "webhook_last": .text(
        state.record?.lastDelivery.map { language.time($0, now: request.now) }),
    ]
  }

  /// What is to be done, or to be known, about an endpoint; nil: nothing.
  private func remark(_ state: WebhookState) -> PageContext? {
    let advice = WebhookAdvice(on: state, in: language, now: request.now)
    guard advice.tone != .good else { return nil }
    return [
      "remark_tone": .tone(advice.tone), "remark_state": .text(advice.word),
      "remark_name": .text(state.name), "remark": .text(advice.text),
      "remark_detail": .text(advice.detail), "remark_parked": .text(advice.parked),
    ]
  }

  // MARK: What it has not taken

  private func parkedList(_ state: WebhookState) -> PageContext? {
    guard !state.parked.isEmpty else { return nil }
    let more = state.counts.parked - state.parked.count
    return openList(
      state, state.parked, language.choose("Mis de côté :", "Parked:"),
      table: language.choose(
        "Tableau des entrées mises de côté pour \(state.name)",
        "Table of entries parked for \(state.name)"),
      time: language.choose("Depuis", "Since"),
      more: more > 0
        ? language.choose(
          "Et \(language.number(more)) de plus ; la liste entière : colisd webhooks parked \(state.name).",
          "And \(language.number(more)) more; the whole list: colisd webhooks parked \(state.name)."
        )
        : nil)
  }

  private func waitingList(_ state: WebhookState) -> PageContext? {
    // Of those that met an outage alone there is nothing else to say.
    let refused = state.waiting.filter { $0.tries > 0 }
    guard !refused.isEmpty else { return nil }
    let more = state.counts.waiting - refused.count
    return openList(
      state, refused,
      language.choose("En attente d’un nouvel essai :", "Waiting for another try:"),
      table: language.choose(
        "Tableau des entrées que \(state.name) n’a pas prises et qui sont retentées",
        "Table of entries that \(state.name) has not taken and that are tried again"),
      time: language.choose("Prochain essai", "Next try"),
      more: more > 0
        ? language.choose(
          "Et \(language.number(more)) de plus en attente : pas prises, ou derrière une autre de leur colis.",
          "And \(language.number(more)) more that wait: not taken, or behind another one of their parcel."
        ) : nil)
  }

  private func openList(
    _ state: WebhookState, _ deliveries: [OpenDelivery], _ title: String, table: String,
    time: String, more: String?
  ) -> PageContext {
    [
      "open_title": .text(title), "open_name": .text(state.name), "open_table": .text(table),
      "open_time": .text(time), "open": .list(deliveries.map { openRow($0, of: state) }),
      "open_more": .text(more),
    ]
  }

  private func openRow(_ delivery: OpenDelivery, of state: WebhookState) -> PageContext {
    let parcel = delivery.parcel.description
    let answer = delivery.fault?.answer
    return [
      "open_parcel": .text(parcel), "open_url": .text(request.url("parcels", parcel)),
      "open_seq": .text(language.number(delivery.seq)),
      "open_at": .text(time(of: delivery, of: state)),
      "open_tries": .text(language.number(delivery.tries)),
      "open_reason": .text(delivery.fault?.reason),
      "open_answer": .text(
        answer.map { $0.count > Self.longestAnswer ? $0.prefix(Self.longestAnswer) + "…" : $0 }),
    ]
  }

  /// Since when it is parked, or when it is tried again.
  private func time(of delivery: OpenDelivery, of state: WebhookState) -> String {
    switch (delivery.state, state.phase) {
    case (.parked(let at), _): language.time(at, now: request.now)
    case (.waiting(let at), .delivering): language.time(at, now: request.now)
    case (.behind, .delivering):
      language.choose("après une précédente du colis", "after an earlier one of the parcel")
    case (_, .unconfigured): "–"
    default: language.choose("quand il répond de nouveau", "when it answers again")
    }
  }

  // MARK: The overview

  /// What needs somebody: endpoints that fail, are stopped or are late, and what is parked.
  package var todo: [PageContext] {
    states.compactMap { state in
      let advice = WebhookAdvice(on: state, in: language, now: request.now)
      guard advice.needsSomebody else { return nil }
      return [
        "todo_tone": .tone(advice.tone), "todo_chip": .text(advice.word),
        "todo_what": .text("webhook \(state.name)"), "todo_url": .text(request.url("webhooks")),
        "todo_detail": .text(
          [advice.text, advice.parked].compactMap { $0 }.joined(separator: " ")),
        "todo_quote": .text(advice.detail),
        "message": .flag(false),
      ]
    }
  }
}
