import TestSupport
import Testing
import TrackingFile

/// At a file's end each of its bytes belongs to something, or the file has failed.
struct ByteSumTests {
  private static func sum(
    _ bytes: [UInt8], _ layout: Layout = .colisPrive, chunkSize: Int = .max
  ) throws -> (sum: ByteSum, rows: Int) {
    var reader = TrackingFileReader(layout: layout)
    var rest = bytes[...]
    while !rest.isEmpty {
      reader.supply(Array(rest.prefix(chunkSize)))
      rest = rest.dropFirst(chunkSize)
      while case .batch = try reader.next() {}
    }
    reader.finish()
    while case .batch = try reader.next() {}
    return (reader.byteSum, reader.rows)
  }

  @Test(arguments: [1, 7, Int.max])
  func everyKindOfLineIsTold(chunkSize: Int) throws {
    let row = Sample.row()
    let header = Sample.header
    let text =
      "\u{feff}sep=;\r\n" + header + row + "\r\n\n \n" + "bad\n" + header + row + "\r\r\n\u{feff}"
      + row
      + "\nFIN;4\n\u{1a}\0\0"
    let layout = try Sample.layout(trailer: "FIN")
    let (sum, rows) = try Self.sum(Array(text.utf8), layout, chunkSize: chunkSize)
    #expect(rows == 4)
    #expect(sum.all == text.utf8.count && sum.accountedFor == sum.all)
    #expect(sum.headers == 2 * header.utf8.count)
    #expect(sum.blankLines == 3)
    #expect(sum.closingLines == 6)
    #expect(sum.skipped == 3 + 7 + 3)
    #expect(sum.rows == 3 * row.utf8.count + 2 + 4 + 3 + 3 + 1)
  }

  @Test
  func aFileThatEndsInManyNULsIsReadNULsBeforeSomethingElseAreALine() throws {
    let zeros = [UInt8](repeating: 0, count: 3 * TrackingFileReader.batchSize)
    let file = Array(Sample.file([Sample.row()]).utf8)
    let (sum, rows) = try Self.sum(file + zeros)
    #expect(rows == 1 && sum.skipped == zeros.count && sum.accountedFor == sum.all)
    let within = file + zeros + Array("x\n\(Sample.row())\n".utf8)
    let reading = Reading(within, chunkSize: 50_000)
    #expect(reading.reasons == [.lineTooLong])
    #expect(reading.rows.map(\.line) == [2, 4])
    let other = try Self.sum(within)
    #expect(other.rows == 3 && other.sum.accountedFor == other.sum.all && other.sum.skipped == 0)
  }

  @Test
  func aLineThatIsTooLongForABufferIsToldAsWell() throws {
    let long = String(repeating: "x", count: 3 * TrackingFileReader.batchSize)
    let (sum, rows) = try Self.sum(Array(Sample.file([Sample.row(), long, Sample.row()]).utf8))
    #expect(rows == 3 && sum.accountedFor == sum.all)
  }
}
