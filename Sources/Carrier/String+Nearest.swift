extension String {
  /// The word that was probably meant by this one; nil where none is near.
  public func nearest(among words: some Sequence<String>) -> String? {
    // No word of ours is half as long.
    guard utf8.count <= 64 else { return nil }
    let distances = words.map { ($0.distance(to: self), $0) }
    guard let (distance, word) = distances.min(by: <), distance <= max(2, count / 3) else {
      return nil
    }
    return word
  }

  /// How many letters must be added, taken away or exchanged to make one text the other (Levenshtein).
  private func distance(to other: String) -> Int {
    let (first, second) = (Array(self), Array(other))
    var row = Array(0...second.count)
    for (index, character) in first.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, candidate) in second.enumerated() {
        let substituted = diagonal + (character == candidate ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = Swift.min(substituted, row[column] + 1, diagonal + 1)
      }
    }
    return row[second.count]
  }
}
