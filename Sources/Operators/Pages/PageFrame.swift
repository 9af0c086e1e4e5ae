import Carrier

/// What every page has: head, navigation, search, foot.
package struct PageFrame: Sendable {
  package let request: PageRequest
  package var title: String
  /// Which entry of the navigation it belongs to; nil: none.
  package var section: Section?
  /// What the search box shows.
  package var searched: String?
  /// The same values for programs.
  package var data: PageLink?
  /// Whether the page says at what time it was so.
  package var isTimed = false

  package enum Section: String, CaseIterable, Sendable {
    case overview, parcels, contracts, files, held, rejects, unmapped, webhooks
  }

  package init(_ request: PageRequest, _ section: Section?, title: String) {
    self.request = request
    self.section = section
    self.title = title
  }

  package var context: PageContext {
    let language = request.language
    return [
      "lang": .text(language.rawValue), "fr": .flag(language == .french), "title": .text(title),
      "home_url": .text(request.url()), "searched": .text(searched),
      "kept_lang": .text(request.isLanguageAsked ? language.rawValue : nil),
      "other_url": .text(request.urlInOtherLanguage), "other_lang": .text(language.other.rawValue),
      "other_word": .text(language.other.ownName),
      "nav": .list(
        Section.allCases.map { section in
          [
            "nav_url": .text(request.url(PageLink(path: section.path))),
            "nav_word": .text(language.word(section)),
            "nav_current": .flag(section == self.section),
          ]
        }),
      "api_url": .text(data?.text),
      "shown_at": .text(isTimed ? language.time(request.now, now: request.now) : nil),
      "k": .part(language.columns),
    ]
  }
}

extension PageFrame.Section {
  package var path: [String] { self == .overview ? [] : [rawValue] }
}

extension Language {
  package func word(_ section: PageFrame.Section) -> String {
    switch section {
    case .overview: choose("Vue d’ensemble", "Overview")
    case .parcels: choose("Colis", "Parcels")
    case .contracts: choose("Contrats", "Contracts")
    case .files: choose("Fichiers", "Files")
    case .held: choose("Lignes retenues", "Held rows")
    case .rejects: choose("Rejets", "Rejects")
    case .unmapped: choose("Codes inconnus", "Unknown codes")
    case .webhooks: "Webhooks"
    }
  }

  /// What the columns of tables are called.
  fileprivate var columns: PageContext {
    [
      "file": .text(choose("Fichier", "File")), "state": .text(choose("État", "State")),
      "rows": .text(choose("Lignes", "Rows")), "new": .text(choose("Nouvelles", "New")),
      "repeated": .text(choose("Répétées", "Repeated")), "held": .text(choose("Retenues", "Held")),
      "rejected": .text(choose("Rejetées", "Rejected")),
      "read_at": .text(choose("Lu à", "Read at")), "source": .text(choose("Dépôt", "Source")),
      "parcel": .text(choose("Colis", "Parcel")), "status": .text(choose("Statut", "Status")),
      "since": .text(choose("Depuis", "Since")), "order": .text(choose("Commande", "Order")),
      "postcode": .text(choose("Code postal", "Postcode")),
      "account_id": .text(choose("ID du compte", "Account ID")),
      "account": .text(choose("Compte", "Account")), "reason": .text(choose("Raison", "Reason")),
      "oldest": .text(choose("Depuis", "Oldest")), "latest": .text(choose("Dernière", "Latest")),
      "what_to_do": .text(choose("Que faire", "What to do")),
      "line": .text(choose("Ligne", "Line")), "raw": .text(choose("Texte reçu", "As it came")),
      "code": .text(choose("Code", "Code")), "label": .text(choose("Libellé", "Label")),
      "events": .text(choose("Événements", "Events")),
      "webhook": .text(choose("Webhook", "Endpoint")),
      "position": .text(choose("Envoyé jusqu’à", "Delivered up to")),
      "behind": .text(choose("Retard", "Behind")),
      "waiting": .text(choose("En attente", "Waiting")),
      "parked": .text(choose("Mis de côté", "Parked")),
      "last_delivery": .text(choose("Dernier envoi", "Last delivery")),
      "entry": .text(choose("Entrée", "Entry")), "tries": .text(choose("Essais", "Tries")),
      "answer": .text(choose("Réponse", "Answer")),
    ]
  }
}
