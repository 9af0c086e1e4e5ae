import Carrier
import Contract
import Ingest
import ParcelStore
import TestSupport
import Testing
import TrackingFile

/// What must hold after whatever happened.
extension Motion {
  func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws {
    guard condition else { throw TestSupportError(what()) }
  }

  /// New events were allowed when they came, are new indeed, and have the place of their first rows.
  mutating func checkEvents(_ entries: [AccountPair: GateModel.Entry]) async throws {
    let events = try await store?.events(after: Int64(seen.count), limit: .max) ?? []
    let knownBefore = known
    for event in events {
      let identity = Identity(
        account: event.account, parcel: "\(event.parcel)", code: event.wording.code ?? "")
      let parcel = ParcelOfAccount(number: event.parcel, account: event.account)
      try expect(seen.insert(identity).inserted, "\(identity) came in twice")
      try expect(event.seq == seen.count, "seq \(event.seq)")
      switch entries[event.account] {
      case .everything: break
      case .knownParcels:
        try expect(knownBefore.contains(parcel), "\(identity) came in, its parcel is not known")
      default: throw TestSupportError("\(identity) came in, it is not allowed")
      }
      let place = Place(file: Self.name(event.origin.file), line: event.origin.line)
      // The first one may have been skipped.
      let isFirst = firstPlaces[identity] == place || skippedFrom[event.account] != nil
      try expect(isFirst, "\(identity) is said to be from \(place)")
      known.insert(parcel)
    }
    figures.events += events.count
  }

  /// Held rows are rows of their files; none is left that is allowed.
  mutating func checkHeld(
    _ entries: [AccountPair: GateModel.Entry], isDone: Bool
  ) async throws {
    let held = try await held()
    for (place, row) in held {
      guard isDone else { continue }
      let parcel = ParcelOfAccount(
        number: try #require(ParcelNumber(row.parcel)), account: row.account)
      switch entries[row.account] {
      case .everything: throw TestSupportError("\(row) of \(place) is held, it is allowed")
      case .knownParcels:
        try expect(!known.contains(parcel), "\(row) of \(place) is held, its parcel is known")
      default: break
      }
    }
    figures.held += held.count
  }

  /// All held rows by their place.
  func held() async throws -> [Place: Identity] {
    var held: [Place: Identity] = [:]
    for account in try await store?.heldAccounts() ?? [] {
      var place = HeldCursor()
      while let run = try await store?.heldRun(of: account.account, after: place, limit: 3) {
        place = run.last
        for line in run.rows {
          let place = Place(file: Self.name(run.origin.path), line: line.line)
          let row = files.first { $0.name == place.file }?.lines[line.line - 2]
          guard let row, row.account == account.account, Array(row.line.utf8) == line.raw else {
            throw TestSupportError("\(place) is held as what it is not")
          }
          held[place] = row
        }
      }
    }
    return held
  }

  /// Every line of every file is accounted for.
  mutating func checkFiles() async throws {
    let held = try await held()
    let firsts = firstPlaces.filter { seen.contains($0.key) }.map(\.value)
    for file in try await store?.files(state: nil) ?? [] {
      let (name, counts) = (Self.name(file.path), file.counts)
      let sum = counts.eventsNew + counts.eventsRepeated + counts.held + counts.rejected
      try expect(
        counts.rows == sum + counts.skipped
          && (counts.skipped == 0 || skippedFrom.values.contains { $0.contains(name) }),
        "\(name) has \(counts)")
      figures.skipped += counts.skipped
      guard file.state == .ingested else { continue }
      let lines = files.first { $0.name == name }?.lines ?? []
      let new = firsts.filter { $0.file == name }
      // A reading that broke off may have let rows in that the next one had to hold.
      let isTwofold = new.contains { held[$0] != nil }
      try expect(
        counts.rows == lines.count && counts.rejected == lines.count { $0 == nil }
          && counts.held == held.keys.count { $0.file == name }
          && (counts.eventsNew == new.count || isTwofold || !skippedFrom.isEmpty),
        "\(name) has \(counts) of \(lines)")
      for (index, row) in lines.enumerated() {
        guard let row, !seen.contains(row) else { continue }
        let place = Place(file: name, line: index + 2)
        let isSkipped = skippedFrom[row.account]?.contains(name) == true
        try expect(held[place] != nil || isSkipped, "\(row) of \(place) is lost")
      }
    }
  }

  static func name(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
