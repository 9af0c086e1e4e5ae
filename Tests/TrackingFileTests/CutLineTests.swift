import Testing
import TrackingFile

/// A last line without its line end can be left unread.
struct CutLineTests {
  private struct Left: Equatable {
    var rows: [Int] = []
    var rejected: [Int] = []
    var bytes = 0
    var failure: FileFailure?
  }

  private static func read(
    _ bytes: [UInt8], _ layout: Layout = .colisPrive, chunkSize: Int = .max
  ) -> Left {
    var reader = TrackingFileReader(layout: layout)
    var left = Left()
    func take(_ batch: RecordBatch) {
      left.rows += batch.records.map(\.line)
      left.rejected += batch.malformed.map(\.line)
    }
    do throws(FileFailure) {
      var rest = bytes[...]
      while !rest.isEmpty {
        reader.supply(Array(rest.prefix(chunkSize)))
        rest = rest.dropFirst(chunkSize)
        while case .batch(let batch) = try reader.next() { take(batch) }
      }
      reader.finish(.mayBeCut)
      while case .batch(let batch) = try reader.next() { take(batch) }
    } catch {
      left.failure = error
    }
    left.bytes = reader.cutLineBytes
    return left
  }

  private static let whole = Array(Sample.file([Sample.row(), "x", Sample.row()]).utf8)

  @Test
  func theRowsBeforeACutLineComeOutWhereverItIsCut() {
    let row = Array(Sample.row().utf8)
    for length in 1...row.count {
      for chunkSize in [1, .max] {
        let left = Self.read(Self.whole + row.prefix(length), chunkSize: chunkSize)
        #expect(left == Left(rows: [2, 4], rejected: [3], bytes: length))
      }
    }
  }

  @Test(arguments: ["", " ", "\t \r\n", "\n\n"])
  func whatIsNotCutIsRead(rest: String) {
    #expect(Self.read(Self.whole + Array(rest.utf8)) == Left(rows: [2, 4], rejected: [3]))
  }

  @Test
  func aCutHeaderIsLeft() {
    let header = Array(Sample.header.utf8.dropLast(4))
    #expect(Self.read(header) == Left(bytes: header.count))
    #expect(Self.read([0xef, 0xbb, 0xbf] + header).bytes == header.count)
    #expect(Self.read([]) == Left())
  }

  @Test
  func aClosingLineNeedsNoLineEnd() throws {
    let layout = try Sample.layout(trailer: "FIN")
    #expect(
      Self.read(Self.whole + Array("FIN;3".utf8), layout) == Left(rows: [2, 4], rejected: [3]))
    let cut = Self.read(Self.whole + Array("FI".utf8), layout)
    #expect(cut.bytes == 2 && cut.failure?.mayHeal == true)
  }

  @Test(arguments: ["", "\n", "\nb", "\nb\n"])
  func aRecordWithAnOpenQuoteIsLeftWhole(rest: String) {
    let record = Array(("E1;EM180619;\"a" + rest).utf8)
    #expect(Self.read(Self.whole + record).bytes == record.count)
  }
}
