import TrackingFile

// Columns that neither a name nor their values show: by what they go with.
extension ColumnAssignment {
  /// Codes, order references and sites without a known name: by what they go with.
  mutating func assignWeak() {
    func free() -> [Int] {
      profiles.indices.filter {
        !taken.contains($0) && profiles[$0].meanings.isEmpty && !profiles[$0].isEmpty
          && profiles[$0].fit(.code) > 0.3 && profiles[$0].fitTime < 0.5
          && profiles[$0].fit(.date) < 0.5
      }
    }
    if choices[.code] == nil, let index = codeColumn(free()) {
      choices[.code] = Choice(
        indexes: [index], certainty: .likely, reason: "each label has one value of it")
    }
    if choices[.order] == nil, let index = orderColumn(free()) {
      choices[.order] = Choice(
        indexes: [index], certainty: .doubtful, reason: "each parcel has one value of it")
    }
    if choices[.code] == nil, choices[.label] == nil,
      let index = shortWords(free())
    {
      choices[.code] = Choice(
        indexes: [index], certainty: .doubtful, reason: "its values are short words")
    }
    if choices[.site] == nil, let index = siteColumn(free()) {
      choices[.site] = Choice(
        indexes: [index], certainty: .doubtful,
        reason: "its values are short, and nothing else is left")
    }
  }

  /// Codes have some letters, and not all rows the same one.
  private func shortWords(_ columns: [Int]) -> Int? {
    let short = columns.filter {
      profiles[$0].distinct.allSatisfy { (2...10).contains($0.utf8.count) }
    }
    func isSpoken(_ index: Int) -> Bool {
      profiles[index].distinct.allSatisfy { $0.count >= 3 && $0.allSatisfy(\.isLetter) }
    }
    return short.first { isSpoken($0) && profiles[$0].distinct.count > 1 } ?? short.first(
      where: isSpoken)
      ?? short.first
  }

  private func codeColumn(_ columns: [Int]) -> Int? {
    guard let label = choices[.label]?.indexes.first, profiles[label].distinct.count >= 2 else {
      return nil
    }
    return columns.first { depends($0, on: label) && depends(label, on: $0) }
  }

  private func orderColumn(_ columns: [Int]) -> Int? {
    guard let parcel = choices[.parcel]?.indexes.first, profiles[parcel].distinct.count >= 2 else {
      return nil
    }
    return columns.first {
      depends($0, on: parcel) && depends(parcel, on: $0)
        && profiles[$0].distinct.allSatisfy { $0.utf8.count >= 4 }
    }
  }

  /// Sites are short codes with digits.
  private func siteColumn(_ columns: [Int]) -> Int? {
    columns.first {
      profiles[$0].distinct.count >= 2
        && profiles[$0].distinct.allSatisfy { value in
          (2...6).contains(value.utf8.count) && ValueShape.isCode(value)
            && value.contains(where: \.isNumber)
        }
    }
  }

  /// Whether rows with the same value of one column have the same of another.
  private func depends(_ column: Int, on other: Int) -> Bool {
    var known: [String: String] = [:]
    for row in rows where column < row.count && other < row.count {
      // What is missing says nothing.
      if row[column].isEmpty || row[other].isEmpty { continue }
      if let value = known.updateValue(row[column], forKey: row[other]), value != row[column] {
        return false
      }
    }
    return true
  }
}
