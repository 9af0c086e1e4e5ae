import Carrier
import Contract
import ParcelStore

/// Notes on lines that carry a parcel's number and are no events.
package struct MentionNotes: Sendable {
  package let mentions: RawMentions
  package let request: PageRequest

  package var rows: [PageContext] {
    let language = request.language
    var rows: [PageContext] = mentions.held.map { held in
      let account = held.account.account.description
      let place = "\(held.file), \(language.choose("ligne", "line")) \(held.line)"
      return [
        "note_tone": .tone(.warn),
        "note": .text(
          language.choose(
            "\(language.rows(held.rows)) de ce colis \(held.rows < 2 ? "est retenue" : "sont retenues") (\(account) : \(language.word(held.account.reason)) ; \(place)).",
            "\(language.rows(held.rows)) of this parcel \(held.rows == 1 ? "is" : "are") held (\(account): \(language.word(held.account.reason)); \(place))."
          )),
        "note_advice": .text(language.advice(held.account.reason)),
        "note_url": .text(request.url("held")),
        "note_link": .text(language.word(PageFrame.Section.held)),
      ]
    }
    if let first = mentions.firstRejected {
      let count = language.counted(
        mentions.rejected, french: ("ligne", "lignes"), english: ("line", "lines"))
      rows.append([
        "note_tone": .tone(.warn),
        "note": .text(
          language.choose(
            "\(count) avec ce numéro \(mentions.rejected < 2 ? "n’a pas pu être lue" : "n’ont pas pu être lues") (\(language.word(first.reason)) ; \(first.file), ligne \(first.line)).",
            "\(count) with this number could not be read (\(language.word(first.reason)); \(first.file), line \(first.line))."
          )),
        "note_url": .text(request.url("rejects", query: [("file", first.file)])),
        "note_link": .text(language.word(PageFrame.Section.rejects)),
      ])
    }
    return rows
  }
}
