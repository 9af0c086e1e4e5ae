import Status
import TrackingFile

/// What stands in a column.
struct ColumnProfile {
  let name: String?
  let meanings: [ColumnWord]
  /// Whether the name is in the table of names as it is, not only in part.
  let isNameKnown: Bool
  let values: [String]
  let distinct: Set<String>
  let rows: Int
  let timeForms: [TimeForm]
  private let labels: Double

  /// The most different labels that are looked up in the built-in map.
  private static let mostLabels = 30
  private static let longestLabel = 300

  init(name: String?, values: [String], rows: Int) {
    self.name = name
    meanings = name.map(ColumnWord.meanings) ?? []
    isNameKnown = name.map(ColumnWord.isKnown) ?? false
    self.values = values
    distinct = Set(values)
    self.rows = rows
    let isNamed = meanings.contains(.column(.date)) || meanings.contains(.time)
    timeForms = TimeForm.all(of: values, isNamed: isNamed)
    let texts = distinct.sorted().filter(ValueShape.isSentence).prefix(Self.mostLabels)
    let known = texts.count {
      StatusMap.builtIn.meaning(code: nil, label: String($0.prefix(Self.longestLabel))).rule != nil
    }
    labels = texts.isEmpty ? 0 : Double(known) / Double(texts.count)
  }

  var isEmpty: Bool { values.isEmpty }

  private func share(_ fits: (String) -> Bool) -> Double {
    values.isEmpty ? 0 : Double(values.count(where: fits)) / Double(values.count)
  }

  /// How well the values fit a column of a layout: from 0 to 1.
  func fit(_ column: Layout.Column) -> Double {
    switch column {
    case .account: return share(ValueShape.isAccount)
    case .accountID:
      // Order references look the same, but there are as many as parcels.
      let isOfFew =
        distinct.count <= 3 || distinct.count * 5 <= values.count
        || meanings.first == .column(.accountID)
      return share { ValueShape.isAccountID($0) && !ValueShape.isParcel($0) } * (isOfFew ? 1 : 0.3)
    case .parcel:
      let isTime = timeForms.contains { $0.share > 0.9 }
      return isTime ? 0 : share(ValueShape.isParcel)
    case .date: return timeForms.filter { $0.kind != .time }.reduce(0) { $0 + $1.share }
    case .postcode: return share(ValueShape.isPostcode)
    case .country: return share(ValueShape.isCountry)
    case .label: return share(ValueShape.isSentence) * (0.4 + 0.6 * labels)
    case .code:
      let isOfFew = distinct.count <= 12 || distinct.count * 2 <= values.count
      return share(ValueShape.isCode) * (isOfFew ? 1 : 0.4)
    case .site: return share { ValueShape.isCode($0) && $0.utf8.count <= 10 }
    case .order: return share { $0.utf8.count <= 60 }
    }
  }

  /// Whether the values are times of day.
  var fitTime: Double { timeForms.filter { $0.kind == .time }.reduce(0) { $0 + $1.share } }

  /// How many of the values are a number of any carrier.
  var fitAnyNumber: Double {
    timeForms.contains { $0.share > 0.9 } ? 0 : share(ValueShape.isAnyNumber)
  }

  /// Whether at least one of its labels is known.
  var hasKnownLabels: Bool { labels > 0 }
}
