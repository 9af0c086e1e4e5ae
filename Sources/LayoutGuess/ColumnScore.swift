import TrackingFile

/// How well a column of a file serves as a column of a layout, by its name and its values.
struct ColumnScore {
  /// From 0 to 1.5; the highest of all pairs is taken first.
  var value: Double
  var certainty: Certainty
  var reason: String
  /// Whether its parcel numbers have another form than the carrier's.
  var isAnyNumber = false

  /// No column that is worth reading has a longer name, in bytes.
  private static let longestName = 200

  private enum Name { case known, partly, unknown, other }

  /// - Returns: nil if it will not do.
  init?(_ profile: ColumnProfile, as column: Layout.Column, hasHeader: Bool) {
    guard (profile.name?.utf8.count ?? 0) <= Self.longestName else { return nil }
    let name = Self.name(of: profile, for: column)
    let fit = profile.fit(column)
    switch name {
    case .known, .partly:
      // A status and the time of a status have names alike.
      let isTime = column != .date && (profile.fit(.date) > 0.9 || profile.fitTime > 0.9)
      if isTime, name == .partly || [.code, .label, .site].contains(column) { return nil }
      guard let found = Self.named(profile, column, fit) else { return nil }
      (certainty, reason) = found
      isAnyNumber = column == .parcel && fit < 0.5 && !profile.isEmpty
      if name == .partly, certainty == .certain, fit < 0.8 || Self.isWeak(column) {
        certainty = .likely
        reason = "a part of its name, and its values"
      }
      value = (name == .known ? 1 : 0.7) + 0.3 * fit + (certainty == .certain ? 0.2 : 0)
      if column == .date, Self.isOfStatus(profile.name ?? "") { value += 0.1 }
      if profile.isEmpty { value -= 0.4 }
    case .unknown:
      guard !Self.isWeak(column), fit >= 0.8 else { return nil }
      if column == .date, ColumnWord.isOtherTime(profile.name ?? "") { return nil }
      value = 0.6 * fit
      let isPlain =
        column == .parcel || column == .date || column == .account || column == .accountID
      certainty =
        fit > 0.95 && (isPlain || column == .label && profile.hasKnownLabels) ? .certain : .likely
      if hasHeader { certainty = .likely }
      reason = hasHeader ? "its values only: its name is not known" : "its values"
    case .other:
      guard column == .parcel, fit > 0.95 else { return nil }
      value = 0.3
      certainty = .doubtful
      reason = "its values, though its name means something else"
    }
  }

  /// A column that its name names, if its values don't speak against it.
  private static func named(
    _ profile: ColumnProfile, _ column: Layout.Column, _ fit: Double
  ) -> (Certainty, String)? {
    if profile.isEmpty { return (.likely, "its name only: it has no values") }
    if fit >= 0.8 { return (.certain, "its name and its values") }
    let likely = (Certainty.likely, "its name; its values have another form")
    switch column {
    case .parcel where fit >= 0.5:
      return (.likely, "its name; not all of its values are parcel numbers")
    case .parcel:
      let mayBe =
        profile.meanings.first == .column(.parcel)
        && profile.distinct.allSatisfy(ValueShape.mayBeNumber)
      return profile.fitAnyNumber >= 0.8 || mayBe
        ? (.likely, "its name; its values are no parcel numbers of Colis Privé") : nil
    case .date: return fit >= 0.5 ? (.likely, "its name; not all of its values are times") : nil
    case .account:
      let isShort = profile.distinct.allSatisfy { $0.utf8.count <= 4 && ValueShape.isCode($0) }
      return isShort ? likely : nil
    case .accountID:
      let mayBe = profile.distinct.allSatisfy {
        ValueShape.mayBeAccountID($0) && $0.utf8.count >= 4
      }
      return mayBe && profile.fit(.account) == 0 ? likely : nil
    case .postcode:
      // Those of other countries have letters, such as 2353 MR.
      let mayBe = profile.distinct.allSatisfy(ValueShape.mayBePostcode)
      return fit >= 0.3 || mayBe ? likely : nil
    case .country:
      let mayBe = profile.distinct.allSatisfy {
        $0.utf8.count <= 30 && !$0.allSatisfy(\.isNumber)
      }
      return mayBe ? likely : nil
    case .label:
      // A label comes again; what never does is rather a number of the event.
      if profile.values.count >= 10, profile.distinct.count == profile.values.count { return nil }
      let isCodes = profile.fit(.code) >= 0.8 && profile.distinct.allSatisfy { $0.utf8.count <= 6 }
      if isCodes, profile.meanings.count > 1 { return nil }
      return fit >= 0.4 ? (.certain, "its name and its values") : likely
    case .code: return profile.fit(.label) >= 0.4 ? nil : likely
    case .site, .order: return likely
    }
  }

  /// Whether values alone don't show a column.
  private static func isWeak(_ column: Layout.Column) -> Bool {
    column == .code || column == .site || column == .order
  }

  private static func isOfStatus(_ name: String) -> Bool {
    let key = ColumnWord.fold(name)
    return [
      "sts", "statut", "status", "etat", "event", "evenement", "evt", "scan", "suivi",
      "gebeurtenis",
    ]
    .contains { key.contains($0) }
  }

  private static func name(of profile: ColumnProfile, for column: Layout.Column) -> Name {
    guard !profile.meanings.isEmpty else { return .unknown }
    var wanted: [ColumnWord] = [.column(column)]
    // People mix them up; the values tell them apart.
    switch column {
    case .account: wanted.append(.column(.accountID))
    case .accountID: wanted.append(.column(.account))
    case .code: wanted.append(.column(.label))
    case .label: wanted.append(.column(.code))
    case .date: wanted.append(.time)
    default: break
    }
    // Of a name that is known in part only the longest word counts: `event_location_city` is no event.
    let meanings = profile.isNameKnown ? profile.meanings[...] : profile.meanings.prefix(1)
    guard let first = meanings.first(where: wanted.contains) else { return .other }
    return profile.isNameKnown && first == .column(column) ? .known : .partly
  }
}
