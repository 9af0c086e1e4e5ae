/// Where a column of a layout stands in a file, for people.
public struct FoundColumn: Hashable, Sendable {
  public let column: Layout.Column
  /// Such as `StsDate (7)`, the name in the file and its number, counted from 1; nil: the file has no such
  /// column.
  public let place: String?
}

extension Layout {
  /// Where each column that the layout has stands in a file.
  /// - Parameter header: the file's header line, as `TrackingFileReader.header` gives it.
  public func columns(under header: [UInt8]) -> [FoundColumn] {
    let names = self.names(in: header)
    return Column.allCases.compactMap { column in
      switch format {
      case .delimited(_, _, let columns):
        guard let name = columns[column] else { return nil }
        let key = HeaderFinder.key(name.unicodeScalars, quote: nil)
        let index = names.firstIndex { HeaderFinder.key($0.unicodeScalars, quote: nil) == key }
        return FoundColumn(column: column, place: index.map { "\(names[$0]) (\($0 + 1))" })
      case .fixedWidth(let spans):
        guard let span = spans[column] else { return nil }
        let place = "characters \(span.start) to \(span.start + span.width - 1)"
        return FoundColumn(column: column, place: place)
      }
    }
  }

  /// The names of a header line that the layout does not use.
  public func unusedNames(in header: [UInt8]) -> [String] {
    guard case .delimited(_, _, let columns) = format else { return [] }
    let used = Set(columns.values.map { HeaderFinder.key($0.unicodeScalars, quote: nil) })
    return names(in: header).filter {
      !$0.isEmpty && !used.contains(HeaderFinder.key($0.unicodeScalars, quote: nil))
    }
  }

  /// The names of a header line as they stand there, without quotes, `="…"` and blanks around them.
  private func names(in header: [UInt8]) -> [String] {
    guard case .delimited(let separator, let quote, _) = format, !header.isEmpty else { return [] }
    return header.split(separator: separator, omittingEmptySubsequences: false).map { field in
      var text = TextEncoding.auto.decode(Array(field)[...]).unicodeScalars.filter { scalar in
        quote.map { scalar.value == $0 } != true
      }[...]
      if text.first == "=" { text.removeFirst() }
      text = text.drop(while: Blanks.isBlank)
      while let last = text.last, Blanks.isBlank(last) { text.removeLast() }
      return String(String.UnicodeScalarView(text))
    }
  }
}
