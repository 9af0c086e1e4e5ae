/// The pattern that some written times have in common.
struct TimeForm: Equatable {
  enum Kind: Hashable { case dateAndTime, date, time }

  var pattern: String
  var kind: Kind
  /// Whether `auto` of a layout reads it.
  var isAuto: Bool
  /// Why the order of day, month and year is not certain; nil: it is.
  var doubt: String?
  /// The share of the values that have this form.
  var share = 0.0

  /// The forms of some values, the most frequent first; empty: most are no times.
  /// - Parameter isNamed: whether the header says that it is a time, so that six digits may be one.
  static func all(of values: [String], isNamed: Bool) -> [TimeForm] {
    var groups: [TimeShape: [[(value: Int, count: Int)]]] = [:]
    for value in values {
      var numbers: [(value: Int, count: Int)] = []
      guard let shape = TimeShape(value, &numbers) else { continue }
      groups[shape, default: []].append(numbers)
    }
    var forms: [TimeForm] = []
    for (shape, rows) in groups where rows.count * 20 >= values.count {
      var reader = TimeFormReader(shape: shape, rows: rows, isNamed: isNamed)
      guard var form = reader.read() else { continue }
      form.share = Double(reader.fitting) / Double(values.count)
      forms.append(form)
    }
    return forms.sorted { ($1.share, $0.pattern) < ($0.share, $1.pattern) }
  }
}
