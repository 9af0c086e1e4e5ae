import ParcelStore
import Status
import TestSupport

/// Rows of few parcels on few days, so that times, days and statuses collide.
struct RandomRows {
  var generator: SeededGenerator
  /// Whether some lack a time of day or a date.
  var hasCoarse: Bool
  /// Whether some have times that can't be right.
  var hasOdd = true

  private static let labels = [
    "Votre colis vous attend au relais", "Votre colis est retourné à l'expéditeur", "Jamais vu",
  ]

  mutating func rows(_ count: Int) -> [Row] { (0..<count).map { _ in row() } }

  private mutating func row() -> Row {
    var row = Row(parcel: "99112233445\(Int.random(in: 0...2, using: &generator))")
    if Int.random(in: 0..<4, using: &generator) == 0 {
      row.account = "D0"
      row.accountID = "EM000001"
    }
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: row.code = "ZZ\(Int.random(in: 0...1, using: &generator))"
    case 1:
      row.code = ""
      row.label = pick(Self.labels)
    default: row.code = pick(ParcelStatus.allCases.filter { $0 != .unmapped }.map(\.name))
    }
    if Int.random(in: 0..<4, using: &generator) == 0 { row.code = row.code.uppercased() }
    row.site = pick(["", "75A", "13B"])
    row.date = date()
    return row
  }

  private mutating func date() -> String {
    // The day of receipt is one of them: rows without a date count for it. The day after it is the
    // last one that may decide.
    var days = ["31/08/2026", "01/09/2026", "02/09/2026"]
    if hasOdd { days += ["03/09/2026", "25/10/2026", "01/01/1950", "31/12/9999"] }
    let day = pick(days)
    let time = " \(pick(["00", "02", "11"])):\(pick(["00", "30"]))"
    guard hasCoarse else { return day + time + ":00" }
    switch Int.random(in: 0..<10, using: &generator) {
    case 0: return ""
    case 1, 2: return day
    case 3: return day + time
    default: return day + time + ":00"
    }
  }

  mutating func pick<T>(_ choices: [T]) -> T {
    choices[Int.random(in: choices.indices, using: &generator)]
  }

  /// The rows in another order, cut into groups of files; some rows come in several of them.
  mutating func groups(of rows: [Row]) throws -> [CommitGroup] {
    let repeated = rows.filter { _ in Int.random(in: 0..<5, using: &generator) == 0 }
    var rest = (rows + repeated).shuffled(using: &generator)[...]
    var groups: [CommitGroup] = []
    var files = 0
    while !rest.isEmpty {
      var group = CommitGroup()
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let run = rest.prefix(Int.random(in: 1...20, using: &generator))
        rest = rest.dropFirst(run.count)
        group.parts.append(try SampleFile(path: "\(files).csv").part(Array(run)))
        files += 1
      }
      groups.append(group)
    }
    return groups
  }
}
