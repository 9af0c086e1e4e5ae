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
    return Column.allCases.compactMap { column -> FoundColumn? in
      switch given[column] {
      case .value(let text)?: return FoundColumn(column: column, place: "always \(text)")
      case .path?: return FoundColumn(column: column, place: "from the path")
      case nil: break
      }
      switch format {
      case .delimited(_, _, let columns):
        guard let parts = columns[column] else { return nil }
        let found = parts.compactMap { part -> String? in
          let key = HeaderFinder.key(part.unicodeScalars, quote: nil)
          let index = names.firstIndex { HeaderFinder.key($0.unicodeScalars, quote: nil) == key }
          return index.map { "\(names[$0]) (\($0 + 1))" }
        }
        return FoundColumn(
          column: column, place: found.isEmpty ? nil : found.joined(separator: " and "))
      case .headerless(_, _, let numbers):
        guard let parts = numbers[column] else { return nil }
        let place = parts.map { "column \($0)" }.joined(separator: " and ")
        return FoundColumn(column: column, place: place)
      case .fixedWidth(let spans):
        guard let parts = spans[column] else { return nil }
        let place = parts.map { "characters \($0.start) to \($0.start + $0.width - 1)" }
        return FoundColumn(column: column, place: place.joined(separator: " and "))
      }
    }
  }

  /// The names of a header line that the layout does not use.
  public func unusedNames(in header: [UInt8]) -> [String] {
    guard case .delimited(_, _, let columns) = format else { return [] }
    let used = Set(columns.values.joined().map { HeaderFinder.key($0.unicodeScalars, quote: nil) })
    return names(in: header).filter {
      !$0.isEmpty && !used.contains(HeaderFinder.key($0.unicodeScalars, quote: nil))
    }
  }

  /// The names of a header line as they stand there, without quotes, `="…"` and blanks around them.
  private func names(in header: [UInt8]) -> [String] {
    guard case .delimited(let separator, let quote, _) = format, !header.isEmpty else { return [] }
    return header.split(separator: separator, omittingEmptySubsequences: false).map { field in
      var text = encoding.ofLines.decode(Array(field)[...]).unicodeScalars.filter { scalar in
        quote.map { scalar.value == $0 } != true
      }[...]
      if text.first == "=" { text.removeFirst() }
      text = text.drop(while: Blanks.isBlank)
      while let last = text.last, Blanks.isBlank(last) { text.removeLast() }
      return String(String.UnicodeScalarView(text))
    }
  }
}
