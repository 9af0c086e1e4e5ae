import Carrier
import Ingest
import Testing
import TrackingFile

/// What differs from source to source.
@Suite struct SourceRulesTests {
  @Test func aSourceIsReadByItsOwnLayoutAndRestAndTheOthersByTheCommonOnes() throws {
    var common = rules()
    let own = try Layout(name: "own", version: "1", format: Layout.colisPrive.format)
    common.ofSources["one"] = ReadingRules(layout: own, settle: .listing)
    #expect(common.of("one").layout == own && common.of("one").settle == .listing)
    #expect(common.of("two").layout == .colisPrive && common.of("two").settle == .none)
  }

  @Test func progressOfSeveralSourcesAddsUp() {
    var one = IngestProgress()
    (one.files, one.filesDone, one.bytes, one.bytesDone) = (3, 1, 300, 100)
    var two = IngestProgress()
    (two.files, two.filesDone, two.bytes, two.bytesDone) = (2, 2, 50, 50)
    let sum = [one, two].reduce(IngestProgress(), +)
    #expect(sum.files == 5 && sum.filesDone == 3 && sum.bytes == 350 && sum.bytesDone == 150)
    two.bytes = nil
    #expect((one + two).bytes == nil, "one of them does not tell sizes")
  }
}
