/// A span of time for a sentence: `40 s`, `12 min`, `5 h`, `10 days`.
public func spokenAge(_ seconds: Int64) -> String {
  switch seconds {
  case ..<120: "\(seconds) s"
  case ..<7_200: "\(seconds / 60) min"
  case ..<172_800: "\(seconds / 3_600) h"
  default: "\(seconds / 86_400) days"
  }
}

/// A number of rows for a sentence.
public func countedRows(_ rows: Int) -> String { rows == 1 ? "1 row" : "\(rows) rows" }

/// A number of many digits for a sentence: `10,000`.
public func groupedNumber(_ number: some BinaryInteger) -> String {
  var digits = Array(String(number).reversed())
  for place in stride(from: (digits.count - 1) / 3 * 3, to: 0, by: -3) {
    digits.insert(",", at: place)
  }
  return String(digits.reversed())
}

/// A number of entries of the journal for a sentence.
public func countedEntries(_ entries: some BinaryInteger) -> String {
  entries == 1 ? "1 entry" : "\(groupedNumber(entries)) entries"
}
