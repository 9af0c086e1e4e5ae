import Testing
import TrackingFile

/// A last line without its line end, of a file that may still grow.
@Suite struct CutLineTests {
  private func read(_ text: String, leaving: Bool) throws -> (rows: Int, cut: Int) {
    var reader = TrackingFileReader(layout: .colisPrive)
    reader.supply(Array(text.utf8))
    while try reader.next() != nil {}
    reader.finish(leavingCutLine: leaving)
    while try reader.next() != nil {}
    return (reader.rows, reader.cutLineBytes)
  }

  @Test func itIsCountedAndNotRead() throws {
    let header =
      "CPCustoID;AccountID;CPPclCode;OrderID;StsCode;StsDesc;StsDate;SiteCode;CsgZipCode;Country\n"
    let row = "E1;EM180619;991122334455;CMD-1;LIV;Livré;28/08/2026 11:42:10;75A;75012;FR"
    for (text, rows, cut) in [
      ("", 0, 0), (header, 0, 0), (header + row + "\n", 1, 0), (header + row, 0, row.utf8.count),
      (header + row + "\n" + row.prefix(50), 1, row.prefix(50).utf8.count),
      (header + row + "\r\n" + row + "\r", 1, row.utf8.count + 1),
      (String(header.dropLast()), 0, header.utf8.count - 1),
      // What stands in quotes may go on over many lines.
      (header + row + "\nE1;EM180619;\"a\nb\n", 1, 17),
    ] {
      let left = try read(text, leaving: true)
      #expect(left.rows == rows && left.cut == cut, "\(text.debugDescription)")
      if !text.contains("\"") {
        #expect(try read(text, leaving: false).cut == 0)
      }
    }
  }
}
