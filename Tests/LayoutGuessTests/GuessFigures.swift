import LayoutGuess
import TrackingFile

/// How many columns of some files were guessed right.
struct GuessFigures: CustomStringConvertible {
  struct Count {
    var right = 0
    /// Another column, or one that the file has not; a doubt was said.
    var doubted = 0
    /// The same without a doubt.
    var wrong = 0
    /// The file has it, and no column was named.
    var missed = 0
  }

  private(set) var counts: [Layout.Column: Count] = [:]
  private(set) var notes: [String] = []
  private(set) var files = 0

  mutating func add(_ variant: FileVariant) {
    files += 1
    let sample = FileSample(path: variant.path, bytes: variant.bytes, isWhole: true)
    do throws(GuessFailure) {
      compare(try LayoutDraft(of: [sample]), variant)
    } catch {
      notes.append("\(variant.name): nothing: \(error)")
      for column in Layout.Column.allCases where variant.origin(of: column) != nil {
        counts[column, default: Count()].missed += 1
      }
    }
  }

  private mutating func compare(_ draft: LayoutDraft, _ variant: FileVariant) {
    for column in Layout.Column.allCases {
      let right = variant.origin(of: column)
      var guess = draft.column(column)?.origin
      if case .constant = guess { guess = nil }
      if case .path = guess { guess = nil }
      if right == nil, guess == nil { continue }
      let isDoubted = draft.doubts.contains { $0.hasPrefix("\(column.rawValue):") }
      var isRight = Self.isSame(guess, right)
      if column == .date, draft.timeFormats != [variant.times.pattern] { isRight = false }
      if isRight {
        counts[column, default: Count()].right += 1
      } else if guess == nil {
        counts[column, default: Count()].missed += 1
        notes.append("\(variant.name): \(column.rawValue) is missed")
      } else {
        if isDoubted {
          counts[column, default: Count()].doubted += 1
        } else {
          counts[column, default: Count()].wrong += 1
        }
        notes.append(
          "\(variant.name): \(column.rawValue) is \(String(describing: guess)) \(draft.timeFormats) "
            + "instead of \(String(describing: right)), \(isDoubted ? "doubted" : "WITHOUT A DOUBT")"
        )
      }
    }
    if draft.trailer != variant.trailer {
      notes.append(
        "\(variant.name): trailer \(draft.trailer ?? "none"), not \(variant.trailer ?? "none")")
    }
    if draft.isAnyNumber != variant.isAnyNumber { notes.append("\(variant.name): number") }
  }

  /// Of columns at fixed places only where they begin is compared: blanks around values don't count.
  private static func isSame(_ one: GuessedColumn.Origin?, _ other: GuessedColumn.Origin?) -> Bool {
    if case .columns(let one) = one, case .columns(let other) = other,
      case .span(let first) = one.first, case .span(let second) = other.first
    {
      return one.count == other.count && first.start == second.start
    }
    return one == other
  }

  var right: Int { counts.values.reduce(0) { $0 + $1.right } }
  var wrongWithoutDoubt: Int { counts.values.reduce(0) { $0 + $1.wrong } }
  var all: Int {
    counts.values.reduce(0) { $0 + $1.right + $1.doubted + $1.wrong + $1.missed }
  }

  var description: String {
    let lines = Layout.Column.allCases.map { column in
      let count = counts[column, default: Count()]
      return "\(column.rawValue): \(count.right) right, \(count.doubted) wrong with a doubt, "
        + "\(count.wrong) wrong without, \(count.missed) missed"
    }
    return "\(files) files, \(right) of \(all) columns right\n"
      + (lines + notes).joined(separator: "\n")
  }
}
