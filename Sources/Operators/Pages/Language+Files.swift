import ParcelStore
import TrackingFile

// The words for files, and for lines that could not be read.
extension Language {
  package func word(_ state: FileState) -> String {
    switch state {
    case .settling: choose("en cours d’écriture", "settling")
    case .ingesting: choose("en lecture", "being read")
    case .ingested: choose("lu", "read")
    case .failed: choose("en échec", "failed")
    case .held: choose("retenu", "held")
    case .gone: choose("disparu", "gone")
    case .dismissed: choose("écarté", "dismissed")
    }
  }

  /// The state of a file. Where somebody has to look, the word says so, as a colour alone does not reach everybody.
  package func word(_ file: LedgerFile) -> String {
    file.isMostlyRejected
      ? choose("lu, lignes rejetées", "read, lines rejected") : word(file.state)
  }

  /// What a state means, and what to do.
  package func meaning(_ state: FileState) -> String {
    switch state {
    case .settling:
      choose(
        "Vus, mais encore en cours d’écriture ou incomplets : ils sont lus dès qu’ils ne changent plus.",
        "Seen, but still being written or not complete: they are read once they are at rest.")
    case .ingesting:
      choose(
        "En cours de lecture ; après un arrêt brutal, ils sont relus depuis le début.",
        "Being read; after a crash they are read again from their start.")
    case .ingested:
      choose(
        "Lus jusqu’au bout : leurs événements, lignes retenues et lignes rejetées sont gardés.",
        "Read to the end: their events, held rows and rejected lines are kept.")
    case .failed:
      choose(
        "Lus aussi loin que possible. Corrigez la cause, puis colisd files retry CHEMIN ; ou colisd files dismiss CHEMIN.",
        "Read as far as possible. Mend the cause, then colisd files retry PATH; or colisd files dismiss PATH."
      )
    case .held:
      choose(
        "Pas encore lus, car le compte nommé dans leur chemin ne peut pas encore entrer.",
        "Not read yet, because the account in their path may not come in yet.")
    case .gone:
      choose(
        "Le dépôt ne les montre plus ; s’ils reviennent, ils sont relus. S’il manque des lignes, demandez le fichier au transporteur.",
        "The drop does not show them any more; if they come back, they are read again. Where rows are missing, ask the carrier for the file."
      )
    case .dismissed:
      choose(
        "Écartés par quelqu’un ; ils ne sont relus que s’ils changent.",
        "Taken off the list by somebody; they are read again only when they change.")
    }
  }

  /// Why a line could not be read.
  package func word(_ reason: MalformedLine.Reason) -> String {
    switch reason {
    case .fieldCount:
      choose("nombre de champs différent de l’en-tête", "other number of fields than the header")
    case .lineTooLong: choose("ligne trop longue", "line too long")
    case .lineTooShort: choose("ligne trop courte", "line too short")
    case .fieldTooLong: choose("champ trop long", "field too long")
    case .quoteNotClosed: choose("guillemet non fermé", "quote not closed")
    case .textAfterQuote: choose("texte après un guillemet fermant", "text after a closing quote")
    case .notUTF8: choose("pas de l’UTF-8", "not UTF-8")
    case .nulByte: choose("octet nul dans la ligne", "NUL byte in the line")
    case .carriageReturn: choose("retour chariot dans la ligne", "carriage return in the line")
    case .parcelMissing: choose("numéro de colis absent", "parcel number missing")
    case .parcelMalformed: choose("numéro de colis mal formé", "malformed parcel number")
    case .accountMissing:
      choose("compte ou ID du compte absent", "account or account ID missing")
    case .accountMalformed: choose("compte mal formé", "malformed account")
    case .dateMalformed:
      choose("date illisible ou impossible", "unreadable or impossible date")
    case .accountColumnMissing: missing("compte", "account")
    case .accountIDColumnMissing: missing("ID du compte", "account ID")
    case .parcelColumnMissing: missing("colis", "parcel")
    case .orderColumnMissing: missing("commande", "order")
    case .codeColumnMissing: missing("code", "code")
    case .labelColumnMissing: missing("libellé", "label")
    case .dateColumnMissing: missing("date", "date")
    case .siteColumnMissing: missing("agence", "site")
    case .postcodeColumnMissing: missing("code postal", "postcode")
    case .countryColumnMissing: missing("pays", "country")
    }
  }

  private func missing(_ french: String, _ english: String) -> String {
    choose("la colonne « \(french) » manque", "the column of the \(english) is missing")
  }
}

extension Tone {
  package init(_ file: LedgerFile) {
    switch file.state {
    case .ingested: self = file.isMostlyRejected ? .bad : .good
    case .settling, .ingesting: self = .busy
    case .failed: self = .bad
    case .held: self = .warn
    case .gone: self = file.isLost ? .bad : .idle
    case .dismissed: self = .idle
    }
  }
}
