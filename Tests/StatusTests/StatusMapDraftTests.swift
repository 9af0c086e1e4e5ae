import Status
import Testing

/// What a draft guesses of a code.
@Suite struct StatusMapDraftTests {
  private let letterbox = "Votre colis a été livré en boîte aux lettres"

  @Test func aCodeWhoseLabelsMeanTheSameIsGuessed() throws {
    var draft = StatusMapDraft()
    draft.add(code: "LIV", label: letterbox, count: 3)
    draft.add(code: "liv", label: letterbox.uppercased(), count: 2)
    let entry = try #require(draft.codes.first)
    #expect(draft.codes.count == 1)
    #expect(entry.text == "LIV")
    #expect(entry.count == 5)
    #expect(
      entry.guess
        == .meaning(Meaning(status: .delivered, mode: .letterbox), expectsDate: false))
    #expect(draft.rows == 5)
  }

  @Test func aDayInTheLabelIsExpected() throws {
    var draft = StatusMapDraft()
    for day in ["30/08/2026", "31/08/2026"] {
      draft.add(
        code: "RDV", label: "Votre colis va être prochainement déposé en Point Relais. le \(day)")
    }
    let entry = try #require(draft.codes.first)
    #expect(
      entry.guess
        == .meaning(
          Meaning(status: .inTransit, detail: Meaning.Detail.toPickupPoint), expectsDate: true))
    // The two labels differ only in their days.
    #expect(entry.labels.map(\.count) == [2])
  }

  @Test func aCodeWithKnownLabelsOfSeveralMeaningsIsLeftToThem() {
    var draft = StatusMapDraft()
    draft.add(code: "ARR", label: letterbox)
    draft.add(code: "ARR", label: "Nous avons tenté de livrer votre colis.")
    #expect(draft.codes.map(\.guess) == [.labelsSayMore])
  }

  @Test func aCodeWithAnUnknownLabelIsUnsure() {
    var draft = StatusMapDraft()
    draft.add(code: "ZZ9", label: "Flashage hors boucle", count: 2)
    draft.add(code: "LIV", label: letterbox)
    draft.add(code: "LIV", label: "Flashage hors boucle")
    draft.add(code: "NUL", label: nil)
    let guesses = Dictionary(uniqueKeysWithValues: draft.codes.map { ($0.text, $0.guess) })
    #expect(guesses["ZZ9"] == .unsure(perhaps: nil))
    #expect(
      guesses["LIV"] == .unsure(perhaps: Meaning(status: .delivered, mode: .letterbox)))
    #expect(guesses["NUL"] == .unsure(perhaps: nil))
  }

  @Test func ofRowsWithoutACodeOnlyUnknownLabelsAreListed() {
    var draft = StatusMapDraft()
    draft.add(code: nil, label: letterbox)
    draft.add(code: " ", label: "Flashage hors boucle 12")
    draft.add(code: nil, label: "Flashage hors boucle 345")
    draft.add(code: nil, label: nil)
    #expect(draft.codes.isEmpty)
    #expect(draft.labels.map(\.text) == ["Flashage hors boucle 12"])
    #expect(draft.labels.map(\.count) == [2])
  }
}
