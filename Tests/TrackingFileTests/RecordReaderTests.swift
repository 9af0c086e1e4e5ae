import Testing
import TrackingFile

@Suite struct RecordReaderTests {
  /// A step in short: the rows of a batch, or what else it says.
  private func step(_ reader: inout TrackingFileReader) throws(FileFailure) -> String {
    switch try reader.next() {
    case .batch(let batch): "\(batch.rows) rows"
    case .needsChunk: "needs a chunk"
    case .ended: "ended"
    }
  }

  @Test
  func aReaderAsksForChunksUntilTheFileIsFinishedGivesItsRowsAndHasEndedThen() throws {
    var reader = TrackingFileReader(layout: .colisPrive)
    #expect(try step(&reader) == "needs a chunk")
    reader.supply(Array(Sample.file([Sample.row(), Sample.row()]).utf8))
    #expect(try step(&reader) == "needs a chunk")
    #expect(try step(&reader) == "needs a chunk")
    reader.finish(.whole)
    #expect(try step(&reader) == "2 rows")
    #expect(try step(&reader) == "ended")
    #expect(try step(&reader) == "ended")
    reader.restart()
    #expect(try step(&reader) == "needs a chunk")
  }

  @Test
  func whatBreaksOffGivesItsWholeRowsAndThenTheReasonForWhichItDid() throws {
    var reader = TrackingFileReader(layout: .colisPrive)
    reader.supply(Array(Sample.file([Sample.row(), Sample.row()]).utf8.dropLast(3)))
    reader.finish(.brokenOff(.incomplete("the archive ends early")))
    #expect(try step(&reader) == "1 rows")
    #expect(throws: FileFailure.incomplete("the archive ends early")) { try step(&reader) }
  }

  @Test
  func anEmptyFileHasNoHeaderWhateverWasAnnouncedOfIt() throws {
    var reader = TrackingFileReader(layout: .colisPrive)
    reader.finish(.whole)
    #expect(try step(&reader) == "ended")
    #expect(reader.header.isEmpty && reader.byteSum.all == 0)
  }
}
