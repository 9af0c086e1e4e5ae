import Operators
import ParcelStore
import SampleValues
import Testing
import TrackingFile

@Suite struct FilePageTests {
  private func rows(_ files: [LedgerFile], _ language: Language = .french) -> [PageContext] {
    FileRows(files: files, request: Samples.request(language)).rows
  }

  private func rejected(_ path: String = "a.csv", source: String? = nil) -> LedgerFile {
    var file = Samples.file(path)
    file.counts.rejected = 1_000
    file.source = source
    return file
  }

  @Test func theWordOfAFileSaysWhatItsColourSays() {
    let files = [Samples.file(), rejected()]
    #expect(rows(files).map { $0.text("file_state") } == ["lu", "lu, lignes rejetées"])
    #expect(
      rows(files, .english).map { $0.text("file_state") } == ["read", "read, lines rejected"])
    #expect(rows(files).map { $0.text("file_tone") } == ["good", "bad"])
  }

  @Test func theNumberOfRejectsLeadsToThoseOfTheFilesOwnSource() {
    #expect(rows([rejected()])[0].text("file_rejects_url") == "/rejects?file=a.csv")
    let two = rows([rejected(source: "north"), rejected(source: "south")])
    #expect(
      two.map { $0.text("file_rejects_url") } == [
        "/rejects?file=a.csv&source=north", "/rejects?file=a.csv&source=south",
      ])
  }

  @Test func whatIsMissingIsNotMalformed() {
    let words = [MalformedLine.Reason.parcelMissing, .parcelMalformed, .dateMalformed].map {
      Language.english.word($0)
    }
    #expect(
      words == [
        "parcel number missing", "malformed parcel number", "unreadable or impossible date",
      ])
  }
}
