import Carrier
import ParcelStore
import Status

/// A list of parcels with its filters.
package struct ParcelsPage: Sendable {
  package let request: PageRequest
  /// One more than a page has, where the list goes on.
  package var found: [ParcelSummary] = []
  package var cursor: String?
  /// The ids of the contracts that there are.
  package var contracts: [String] = []
  /// What is wrong with the filters; nil: nothing.
  package var fault: Problem?
  /// What was searched without finding anything; nil: a list was asked for.
  package var searched: String?

  package static let rowsOfPage = 50

  private static let filters = [
    "status", "open", "account-id", "contract", "order", "postcode", "site", "since", "until",
    "stuck", "pickup-due",
  ]

  package init(_ request: PageRequest) { self.request = request }

  private var language: Language { request.language }

  /// The filters that are set, in the order of their form.
  private var set: [(String, String?)] {
    Self.filters.flatMap { name in
      request.query.filter { $0.name == name && !$0.value.isEmpty }.map { (name, $0.value) }
    }
  }

  private var list: PageLink { PageLink("parcels", query: set) }

  /// The same list for programs.
  package func data(_ format: String?) -> PageLink {
    PageLink("api", "v1", "parcels", query: set + [("format", format)])
  }

  package var heading: String { current?.word(language) ?? language.choose("Colis", "Parcels") }

  private var current: ReadyList? {
    ReadyList.allCases.first { list in
      let query = list.query(now: request.now)
      return !query.isEmpty && query.count == set.count
        && zip(query, set).allSatisfy { $0.0 == $1.0 && $0.1 == $1.1 }
    }
  }

  package var context: PageContext {
    let shown = found.prefix(Self.rowsOfPage)
    let next = found.count > shown.count ? shown.last?.cursor.description : nil
    let csv = data("csv").query + [PageLink.Item(name: "limit", value: "1000")]
    var link = data(nil)
    link.query = csv
    return [
      "heading": .text(heading),
      "lists": .list(
        ReadyList.allCases.map { list in
          [
            "list_url": .text(
              request.url(PageLink("parcels", query: list.query(now: request.now)))),
            "list_word": .text(list.word(language)), "list_current": .flag(list == current),
          ]
        }),
      "filters_open": .flag(fault != nil || current == nil && !set.isEmpty && found.isEmpty),
      "filters_used": .text(set.isEmpty ? nil : language.number(set.count)),
      "statuses": .list(statuses), "has_choices": .flag(hasChoices),
      "contract_choices": .list(hasChoices ? contractChoices : []),
      "fields": .list(fields), "open_checked": .flag(request["open"].map { $0 != "0" } ?? false),
      "problem": .text(
        fault.map { _ in
          language.choose("Ce filtre ne peut pas être lu.", "This filter can’t be read.")
        }),
      "problem_quote": .text(fault.map { language.sentence($0) ?? $0.detail }),
      "problem_lang": .text(fault.flatMap(language.foreign)),
      "has_parcels": .flag(!shown.isEmpty),
      "parcels": .list(shown.map(row)),
      "pager": .part(Pager(list, cursor: cursor, next: next).context(request)),
      "csv_url": .text(link.text),
      "csv_word": .text(
        next == nil && cursor == nil
          ? language.choose("Cette liste en CSV", "This list as CSV")
          : language.choose(
            "Les 1\u{202F}000 premiers en CSV", "The first 1,000 as CSV")),
      "nothing": .text(nothing), "nothing_advice": .text(nothingAdvice),
    ]
  }

  private func row(_ parcel: ParcelSummary) -> PageContext {
    let status = parcel.meaning.status
    return [
      "parcel_url": .text(
        request.url(
          "parcels", parcel.parcel.description,
          query: [("account-id", parcel.account.accountID)])),
      "parcel_number": .text(parcel.parcel.description), "parcel_tone": .tone(Tone(status)),
      "parcel_status": .text(language.word(status)),
      "parcel_reason": .text(language.more(parcel.meaning, now: request.now)),
      "parcel_since": .text(language.time(parcel.since, now: request.now)),
      "parcel_order": .text(parcel.details.order.map(shortened)),
      "parcel_postcode": .text(parcel.details.postcode.map(shortened)),
      "parcel_account": .text(parcel.account.accountID),
    ]
  }

  /// A cell is no place for thousands of characters; the parcel's own page has all of them.
  private func shortened(_ text: String) -> String {
    text.count > 80 ? text.prefix(80) + "…" : text
  }

  // MARK: Filters

  private var statuses: [PageContext] {
    let chosen = Set(
      request.query.filter { $0.name == "status" }.flatMap { $0.value.split(separator: ",") }
        .map(String.init))
    var rows: [PageContext] = ParcelStatus.allCases.map { status in
      [
        "status_value": .text(status.name), "status_word": .text(language.word(status)),
        "status_selected": .flag(chosen == [status.name]),
      ]
    }
    if chosen.count > 1 {
      let statuses = chosen.sorted()
      let words = statuses.map { name in ParcelStatus(name: name).map(language.word) ?? name }
      rows.insert(
        [
          "status_value": .text(statuses.joined(separator: ",")),
          "status_word": .text(words.joined(separator: ", ")), "status_selected": .flag(true),
        ], at: 0)
    }
    return rows
  }

  /// A list of hundreds is no help: the id is typed then.
  private var hasChoices: Bool { Set(contracts).count <= 50 }

  private var contractChoices: [PageContext] {
    let chosen = request["contract"]
    let all = Set(contracts + [chosen].compactMap { $0 }).sorted()
    return all.map {
      ["contract_value": .text($0), "contract_selected": .flag($0 == chosen)]
    }
  }

  private var fields: [PageContext] {
    var words: [(name: String, hint: String?)] = [
      ("order", nil), ("postcode", "75012"), ("account-id", "EM180619"), ("site", "75A"),
      ("since", "2026-08-28"), ("until", "2026-08-31"), ("stuck", "48h"),
      ("pickup-due", language.choose("2j", "2d")),
    ]
    if !hasChoices { words.insert(("contract", nil), at: 0) }
    return words.map { name, hint in
      [
        "field_name": .text(name), "field_word": .text(language.label(name)),
        "field_hint": .text(hint),
        "field_value": .text(request[name]),
        "field_wrong": .flag(fault?.isAbout(name) ?? false),
      ]
    }
  }

  // MARK: Nothing found

  private var nothing: String? {
    guard found.isEmpty else { return nil }
    if let searched {
      return language.choose(
        "Rien n’est connu sous « \(searched) ».", "Nothing is known under “\(searched)”.")
    }
    return language.choose("Aucun colis.", "No parcels.")
  }

  private var nothingAdvice: String? {
    if searched != nil {
      return language.choose(
        "Cherchez un numéro de colis (12 lettres et chiffres), une commande entière ou un code postal.",
        "Search for a parcel number (12 letters and digits), a whole order reference, or a postcode."
      )
    }
    return set.isEmpty
      ? language.choose(
        "Les colis apparaissent ici dès le premier fichier lu.",
        "Parcels appear here as soon as the first file is read.")
      : language.choose("Enlevez un filtre.", "Take a filter away.")
  }
}
