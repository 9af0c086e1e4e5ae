import TrackingFile

/// Which columns of a file are which columns of a layout.
struct ColumnAssignment {
  struct Choice {
    /// Counted from 0; two: date and time.
    var indexes: [Int]
    var certainty: Certainty
    var reason: String
  }

  var choices: [Layout.Column: Choice] = [:]
  private(set) var timeFormats: [String] = ["auto"]
  /// Why the order of day and month is not certain; nil: it is.
  private(set) var timeDoubt: String?
  private(set) var doubts: [String] = []
  /// Whether parcel numbers have another form than the carrier's.
  private(set) var isAnyNumber = false
  let profiles: [ColumnProfile]
  let rows: [[String]]

  /// What to call a column without a name; nil: by its number.
  private let places: [String]?

  init(_ rows: [[String]], header: [String]?, places: [String]? = nil) {
    self.rows = rows
    self.places = places
    let width = rows.first?.count ?? 0
    profiles = (0..<width).map { index in
      let values = rows.compactMap { index < $0.count && !$0[index].isEmpty ? $0[index] : nil }
      let name = header.flatMap { index < $0.count ? $0[index] : nil }
      return ColumnProfile(name: name, values: values, rows: rows.count)
    }
    assignStrong(hasHeader: header != nil)
    assignNumberOfAnyCarrier()
    assignOtherTime()
    joinTime()
    assignWeak()
    noteTimes()
  }

  /// How much was found; to compare ways of cutting lines.
  var worth: Double {
    choices.reduce(0) { sum, choice in
      let weight = choice.key == .parcel || choice.key == .date ? 2.0 : 0.6
      return sum + weight * (choice.value.certainty == .doubtful ? 0.5 : 1)
    }
  }

  var taken: Set<Int> { Set(choices.values.flatMap(\.indexes)) }

  /// What to call a column in a sentence.
  func title(_ index: Int) -> String {
    profiles[index].name.map { "column \"\($0)\"" } ?? places?[index] ?? "column \(index + 1)"
  }

  // MARK: Names and strong values

  private mutating func assignStrong(hasHeader: Bool) {
    var pairs: [(column: Layout.Column, index: Int, score: ColumnScore)] = []
    for column in Layout.Column.allCases {
      for (index, profile) in profiles.enumerated() {
        guard var score = ColumnScore(profile, as: column, hasHeader: hasHeader) else {
          noteMisfit(index, column)
          continue
        }
        if column == .date { score.value += liveliness(index) }
        pairs.append((column, index, score))
      }
    }
    pairs.sort { ($1.score.value, $0.index) < ($0.score.value, $1.index) }
    for (place, pair) in pairs.enumerated() {
      guard choices[pair.column] == nil, !taken.contains(pair.index) else { continue }
      var choice = Choice(
        indexes: [pair.index], certainty: pair.score.certainty, reason: pair.score.reason)
      let rival = pairs[(place + 1)...].first {
        $0.column == pair.column && !taken.contains($0.index) && $0.index != pair.index
          && pair.score.value - $0.score.value < 0.15
      }
      if let rival, !isMeantOtherwise(rival.index, than: pair.column) {
        choice.certainty = .doubtful
        doubts.append(
          "\(pair.column.rawValue): \(title(rival.index)) would fit as well as \(title(pair.index)), "
            + "which is taken")
      }
      if pair.column == .date, choice.certainty == .certain,
        let other = otherTimes(than: pair.index)
      {
        choice.certainty = .likely
        doubts.append(
          "date: \(title(other)) has times as well as \(title(pair.index)), which is taken")
      }
      choices[pair.column] = choice
      if pair.column == .parcel { isAnyNumber = pair.score.isAnyNumber }
    }
  }

  /// A further column of times, where only a part of the chosen one's name says what it is.
  private func otherTimes(than index: Int) -> Int? {
    guard !profiles[index].isNameKnown, profiles[index].name != nil else { return nil }
    return profiles.indices.first {
      $0 != index && !taken.contains($0) && profiles[$0].fit(.date) > 0.9
    }
  }

  /// Where the only times are those of something else that happened, such as a delivery: better than no layout at
  /// all.
  private mutating func assignOtherTime() {
    guard choices[.date] == nil else { return }
    func isOfDelivery(_ index: Int) -> Bool {
      let name = ColumnWord.fold(profiles[index].name ?? "")
      return ["deliver", "livr", "lever"].contains { name.contains($0) }
    }
    let free = profiles.indices.filter {
      !taken.contains($0) && profiles[$0].fit(.date) > 0.9
        && profiles[$0].name.map(ColumnWord.isForecast) == false
    }
    guard let index = free.first(where: isOfDelivery) ?? free.first else { return }
    choices[.date] = Choice(
      indexes: [index], certainty: .doubtful,
      reason: "its values are times, though its name says of something else")
  }

  /// Whether a column's name says that it is another one, which it will be.
  private func isMeantOtherwise(_ index: Int, than column: Layout.Column) -> Bool {
    guard let first = profiles[index].meanings.first else { return false }
    return first != .column(column)
  }

  /// Of two dates the one of the event changes from row to row, and has a time.
  private func liveliness(_ index: Int) -> Double {
    let profile = profiles[index]
    guard !profile.values.isEmpty else { return 0 }
    let variety = Double(profile.distinct.count) / Double(profile.values.count)
    let hasTime = profile.timeForms.first?.kind == .dateAndTime
    return 0.1 * variety + (hasTime ? 0.1 : 0)
  }

  private mutating func noteMisfit(_ index: Int, _ column: Layout.Column) {
    let profile = profiles[index]
    guard profile.isNameKnown,
      profile.meanings == [.column(column)], let example = profile.values.first
    else { return }
    doubts.append(
      "\(title(index)) is called as \(column.rawValue) would be, but \"\(example)\" is none; it is left out"
    )
  }

  /// A parcel number of another form, where none of the carrier's is there.
  private mutating func assignNumberOfAnyCarrier() {
    guard choices[.parcel] == nil else { return }
    let free = profiles.indices.filter { index in
      !taken.contains(index) && profiles[index].meanings.isEmpty
        && profiles[index].fitAnyNumber >= 0.9
        && Set(profiles[index].values.map(\.utf8.count)).count == 1
    }
    guard let index = free.max(by: { profiles[$0].distinct.count < profiles[$1].distinct.count })
    else {
      return
    }
    isAnyNumber = true
    choices[.parcel] = Choice(
      indexes: [index], certainty: .doubtful,
      reason: "its values look like numbers of parcels, but not of Colis Privé")
  }

  // MARK: Times

  private mutating func joinTime() {
    guard let date = choices[.date], let index = date.indexes.first,
      profiles[index].timeForms.allSatisfy({ $0.kind == .date })
    else { return }
    let candidates = profiles.indices.filter { !taken.contains($0) && profiles[$0].fitTime >= 0.8 }
    func isNamed(_ index: Int) -> Bool { profiles[index].meanings.contains(.time) }
    guard
      let time = candidates.min(by: {
        (isNamed($0) ? 0 : 1, abs($0 - index)) < (isNamed($1) ? 0 : 1, abs($1 - index))
      }), isNamed(time) || profiles[time].meanings.isEmpty
    else {
      if let time = candidates.first {
        doubts.append(
          "date: \(title(time)) has times of day, but its name means something else; it is left out"
        )
      }
      return
    }
    choices[.date]?.indexes.append(time)
    choices[.date]?.reason += "; the time stands apart"
    if !isNamed(time), profiles[time].name != nil || abs(time - index) > 1 {
      choices[.date]?.certainty = min(date.certainty, .likely)
    }
  }

  private mutating func noteTimes() {
    guard let indexes = choices[.date]?.indexes, let date = indexes.first else { return }
    var forms = profiles[date].timeForms.filter { $0.kind != .time }
    if let time = indexes.dropFirst().first, let second = profiles[time].timeForms.first {
      let dates = forms
      forms = dates.map { form in
        var joined = form
        joined.pattern += " " + second.pattern
        joined.isAuto = form.isAuto && second.isAuto
        return joined
      }
      // Where the time is missing, the date stands alone.
      if profiles[time].values.count < profiles[date].values.count { forms += dates }
    }
    timeDoubt = forms.compactMap(\.doubt).first
    if timeDoubt != nil, forms.contains(where: { $0.doubt == nil && $0.isAuto }) { timeDoubt = nil }
    if forms.isEmpty || forms.allSatisfy(\.isAuto) {
      timeFormats = ["auto"]
    } else {
      timeFormats = []
      for form in forms where !timeFormats.contains(form.pattern) {
        timeFormats.append(form.pattern)
      }
    }
  }
}
