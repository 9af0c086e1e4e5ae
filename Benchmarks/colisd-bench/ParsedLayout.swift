import ArgumentParser
import TrackingFile

/// A layout of which parsing is timed: the built-in one, and ones that find some columns elsewhere.
enum ParsedLayout: String, CaseIterable, ExpressibleByArgument {
  /// The built-in one.
  case names
  /// Account and account ID are the same in all rows.
  case constants
  /// The time is in two columns, `StsDate` and `StsTime`.
  case joined
  /// There is no header.
  case numbers

  static let words = allCases.map(\.rawValue).joined(separator: ", ")

  func layout() throws -> Layout {
    let builtIn = Layout.colisPrive
    guard case .delimited(let separator, let quote, var names) = builtIn.format else {
      preconditionFailure("the built-in layout has a header")
    }
    var options = builtIn.options
    switch self {
    case .names: return builtIn
    case .constants:
      (names[.account], names[.accountID]) = (nil, nil)
      options.given = [.account: .value("E1"), .accountID: .value("EM180619")]
    case .joined: names[.date] = ["StsDate", "StsTime"]
    case .numbers:
      let numbers = Dictionary(
        uniqueKeysWithValues: Layout.Column.allCases.enumerated().map { place, column in
          (column, [place + 1])
        })
      return try Layout(
        name: rawValue, version: "1",
        format: .headerless(separator: separator, quote: quote, numbers: numbers), options: options)
    }
    return try Layout(
      name: rawValue, version: "1",
      format: .delimited(separator: separator, quote: quote, names: names), options: options)
  }
}
