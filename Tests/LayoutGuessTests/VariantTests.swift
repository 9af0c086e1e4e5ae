import LayoutGuess
import Testing

/// The guesser is measured on files of every kind that are made up.
@Suite struct VariantTests {
  @Test func atLeast95OfAHundredColumnsAreRightAndNoneIsWrongWithoutADoubt() {
    var figures = GuessFigures()
    for variant in FileVariant.all { figures.add(variant) }
    print("layout guess: \(figures)")
    #expect(figures.files >= 40)
    #expect(figures.right * 100 >= figures.all * 95, "\(figures)")
    #expect(figures.wrongWithoutDoubt == 0, "\(figures)")
  }

  @Test(arguments: FileVariant.all.map(\.name))
  func theGuessedLayoutReadsEveryRow(name: String) throws {
    let variant = try #require(FileVariant.all.first { $0.name == name })
    let reading = VariantReading(variant)
    #expect(reading.faults.isEmpty)
    #expect(reading.records == variant.rows)
    #expect(reading.labels.allSatisfy { !$0.contains("\u{FFFD}") && !$0.contains("Ã") })
  }

  @Test func variantsHaveNamesOfTheirOwn() {
    #expect(Set(FileVariant.all.map(\.name)).count == FileVariant.all.count)
  }
}
