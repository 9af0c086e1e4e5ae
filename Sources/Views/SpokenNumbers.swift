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
